resource "aws_lambda_code_signing_config" "this" {}
resource "aws_lambda_function" "this" {
  function_name = "service"
  # The fix takes the place of what stands here.
  # Until here.
}
