resource "aws_lambda_function" "orders" {
  function_name = "orders"
  kms_key_arn   = "arn:aws:kms:eu-central-1:123456789012:alias/aws/lambda"

  environment {
    variables = { TABLE = "orders" }
  }
}
