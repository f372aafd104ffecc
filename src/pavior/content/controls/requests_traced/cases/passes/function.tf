resource "aws_lambda_function" "checkout" {
  function_name = "checkout"

  tracing_config {
    mode = "Active"
  }
}
