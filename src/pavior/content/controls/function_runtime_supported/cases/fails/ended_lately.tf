resource "aws_lambda_function" "orders" {
  function_name = "orders"
  runtime       = "python3.9"
}
