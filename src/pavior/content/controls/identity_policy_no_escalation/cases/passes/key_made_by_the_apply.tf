resource "aws_kms_key" "data" {}

resource "aws_iam_policy" "volumes" {
  policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = "kms:CreateGrant", Resource = aws_kms_key.data.arn }]
  })
}
