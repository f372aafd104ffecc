resource "aws_lambda_function" "thumbnails" {
  function_name = "thumbnails"
}
