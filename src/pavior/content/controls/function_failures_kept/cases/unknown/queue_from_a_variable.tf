variable "failures" {
  type = string
}

resource "aws_lambda_function" "orders" {
  function_name = "orders"

  dead_letter_config {
    target_arn = var.failures
  }
}
