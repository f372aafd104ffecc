resource "aws_ecr_repository_policy" "images" {
  repository = "images"

  policy = jsonencode({
    Statement = [
      {
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::444455556666:root" }
        NotAction = ["ecr:DeleteRepository"]
      },
    ]
  })
}
