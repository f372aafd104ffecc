resource "aws_ecr_repository_policy" "images" {
  repository = "images"

  policy = jsonencode({
    Statement = [
      {
        Effect    = "Deny"
        Principal = "*"
        Action    = "ecr:DeleteRepository"
      },
    ]
  })
}
