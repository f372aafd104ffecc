resource "aws_iam_role" "reader" {
  name               = "reader"
  assume_role_policy = "{}"
}

resource "aws_secretsmanager_secret_policy" "token" {
  secret_arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:token"

  policy = jsonencode({
    Statement = [
      {
        Effect    = "Allow"
        Principal = { AWS = aws_iam_role.reader.arn }
        Action    = "secretsmanager:GetSecretValue"
        Resource  = "*"
      },
    ]
  })
}
