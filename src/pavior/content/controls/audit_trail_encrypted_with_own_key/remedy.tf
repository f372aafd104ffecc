resource "aws_kms_key" "this" {}
resource "aws_cloudtrail" "this" {
  name = "all"
  # The fix takes the place of what stands here.
  # Until here.
}
