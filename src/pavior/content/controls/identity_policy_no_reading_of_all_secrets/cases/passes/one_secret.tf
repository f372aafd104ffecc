resource "aws_secretsmanager_secret" "database" {
  name = "orders/database"
}

resource "aws_iam_role_policy" "service" {
  role = "service"

  policy = jsonencode({
    Statement = [
      { Effect = "Allow", Action = "secretsmanager:GetSecretValue", Resource = aws_secretsmanager_secret.database.arn },
      { Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::files/*" },
      { Effect = "Allow", Action = "ecr:GetAuthorizationToken", Resource = "*" },
      { Effect = "Allow", Action = "ssm:GetParameter", Resource = "arn:aws:ssm:eu-central-1:123456789012:parameter/orders/*" },
    ]
  })
}
