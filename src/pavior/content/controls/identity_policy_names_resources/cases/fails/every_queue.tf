resource "aws_iam_role_policy" "tidy" {
  role   = "tidy"
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sqs:DeleteQueue", Resource = "*" }] })
}
