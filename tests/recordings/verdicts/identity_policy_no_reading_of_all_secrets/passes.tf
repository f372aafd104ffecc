resource "aws_iam_role" "service" {
  name = "identity-policy-no-reading-of-all-secret-passes-service"

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}

resource "aws_secretsmanager_secret" "database" {
  name = "orders/database"
}

resource "aws_iam_role_policy" "service" {
  name = "identity-policy-no-reading-of-all-secret-passes"
  role = aws_iam_role.service.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "secretsmanager:GetSecretValue", Resource = aws_secretsmanager_secret.database.arn },
      { Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::files/*" },
      { Effect = "Allow", Action = "ecr:GetAuthorizationToken", Resource = "*" },
      { Effect = "Allow", Action = "ssm:GetParameter", Resource = "arn:aws:ssm:eu-central-1:123456789012:parameter/orders/*" },
    ]
  })
}
