variable "key_arn" {
  type = string
}

resource "aws_lambda_function" "orders" {
  function_name = "orders"
  kms_key_arn   = var.key_arn

  environment {
    variables = { TABLE = "orders" }
  }
}
