resource "aws_lambda_function_url" "this" {
  function_name = "orders"
  # The fix takes the place of what stands here.
  authorization_type = "NONE"
  # Until here.
}
