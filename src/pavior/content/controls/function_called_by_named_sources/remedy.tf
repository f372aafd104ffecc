resource "aws_lambda_permission" "this" {
  principal = "s3.amazonaws.com"
  # The fix takes the place of what stands here.
  # Until here.
}
