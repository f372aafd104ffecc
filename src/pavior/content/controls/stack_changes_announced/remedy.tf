resource "aws_sns_topic" "this" {}
resource "aws_cloudformation_stack" "this" {
  # The fix takes the place of what stands here.
  # Until here.
}
