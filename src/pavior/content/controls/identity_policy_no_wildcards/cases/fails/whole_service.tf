resource "aws_iam_role_policy" "service" {
  name = "own-data"
  role = "service"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["s3:GetObject", "dynamodb:*"]
        Resource = "arn:aws:dynamodb:eu-central-1:123456789012:table/acme"
      },
    ]
  })
}
