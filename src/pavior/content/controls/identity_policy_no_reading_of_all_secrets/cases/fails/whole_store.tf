resource "aws_iam_policy" "parameters" {
  policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = "ssm:Get*", Resource = "arn:aws:ssm:eu-central-1:123456789012:parameter/*" }]
  })
}
