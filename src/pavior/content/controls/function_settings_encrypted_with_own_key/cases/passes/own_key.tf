resource "aws_kms_key" "settings" {}

resource "aws_lambda_function" "orders" {
  function_name = "orders"
  kms_key_arn   = aws_kms_key.settings.arn

  environment {
    variables = { TABLE = "orders" }
  }
}
