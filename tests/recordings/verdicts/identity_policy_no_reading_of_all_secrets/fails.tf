resource "aws_iam_policy" "parameters" {
  name = "identity-policy-no-reading-of-all-secret-fails"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "ssm:Get*", Resource = "arn:aws:ssm:eu-central-1:123456789012:parameter/*" }]
  })
}
