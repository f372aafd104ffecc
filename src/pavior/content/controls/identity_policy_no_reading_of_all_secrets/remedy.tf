resource "aws_secretsmanager_secret" "this" {
  name = "orders"
}
resource "aws_iam_role_policy" "this" {
  role = "service"
  policy = jsonencode({
    # The fix takes the place of what stands here.
    Statement = [{ Effect = "Allow", Action = "secretsmanager:GetSecretValue", Resource = "*" }]
    # Until here.
  })
}
