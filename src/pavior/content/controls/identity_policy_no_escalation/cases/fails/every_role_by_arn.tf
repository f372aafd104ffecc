resource "aws_iam_user_policy" "helper" {
  user = "helper"

  policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = "iam:AttachRolePolicy", Resource = "arn:aws:iam::123456789012:role/*" }]
  })
}
