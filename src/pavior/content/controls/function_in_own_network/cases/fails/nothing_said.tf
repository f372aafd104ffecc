resource "aws_lambda_function" "geocoder" {
  function_name = "geocoder"
}
