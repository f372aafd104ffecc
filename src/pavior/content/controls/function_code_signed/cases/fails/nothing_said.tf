resource "aws_lambda_function" "payments" {
  function_name = "payments"
}
