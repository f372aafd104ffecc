resource "aws_iam_role_policy" "service" {
  name = "own-data"
  role = "service"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Action   = "*"
        Resource = "*"
      },
    ]
  })
}
