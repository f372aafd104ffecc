resource "aws_kms_key" "this" {}
resource "aws_lambda_function" "this" {
  function_name = "service"
  # The fix takes the place of what stands here.
  # Until here.
  environment {
    variables = {
      LEVEL = 1
    }
  }
}
