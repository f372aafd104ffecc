resource "aws_iam_policy" "identities" {
  name   = "identity-policy-no-escalation-fails"
  policy = jsonencode({ Version = "2012-10-17", Statement = { Effect = "Allow", Action = "iam:*", Resource = ["*"] } })
}
