resource "aws_kms_key" "this" {}
resource "aws_sns_topic" "this" {
  name = "orders"
  # The fix takes the place of what stands here.
  # Until here.
}
