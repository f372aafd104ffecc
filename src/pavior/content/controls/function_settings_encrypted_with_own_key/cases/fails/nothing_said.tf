resource "aws_lambda_function" "orders" {
  function_name = "orders"

  environment {
    variables = { TABLE = "orders" }
  }
}
