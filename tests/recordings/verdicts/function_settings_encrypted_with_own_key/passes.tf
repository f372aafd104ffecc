resource "aws_iam_role" "orders" {
  name = "function-settings-encrypted-with-own-key-passes-orders"

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}

resource "aws_kms_key" "settings" {}

resource "aws_lambda_function" "orders" {
  handler       = "orders.run"
  runtime       = "python3.13"
  s3_bucket     = "programs"
  s3_key        = "orders.zip"
  role          = aws_iam_role.orders.arn
  function_name = "function-settings-encrypted-with-own-key-passes"
  kms_key_arn   = aws_kms_key.settings.arn

  environment {
    variables = { TABLE = "orders" }
  }
}
