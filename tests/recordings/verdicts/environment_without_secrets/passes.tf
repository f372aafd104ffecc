resource "aws_iam_role" "orders" {
  name = "environment-without-secrets-passes-orders"

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}

resource "aws_lambda_function" "orders" {
  handler       = "orders.run"
  runtime       = "python3.13"
  s3_bucket     = "programs"
  s3_key        = "orders.zip"
  function_name = "environment-without-secrets-passes"
  role          = aws_iam_role.orders.arn

  environment {
    variables = {
      DATABASE_PASSWORD_ARN = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:orders-a1b2c3"
      TOKEN                 = "/orders/token"
      LEVEL                 = "info"
      RETRIES               = 3
    }
  }
}
