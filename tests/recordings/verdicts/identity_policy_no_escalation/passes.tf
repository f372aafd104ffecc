resource "aws_kms_key" "data" {}

resource "aws_iam_policy" "volumes" {
  name = "identity-policy-no-escalation-passes"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "kms:CreateGrant", Resource = aws_kms_key.data.arn }]
  })
}
