resource "aws_lambda_function" "thumbnails" {
  function_name                  = "thumbnails"
  reserved_concurrent_executions = 0
}
