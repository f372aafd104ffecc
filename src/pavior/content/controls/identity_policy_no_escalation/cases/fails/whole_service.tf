resource "aws_iam_policy" "identities" {
  policy = jsonencode({ Statement = { Effect = "Allow", Action = "iam:*", Resource = ["*"] } })
}
