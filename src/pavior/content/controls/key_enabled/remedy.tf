resource "aws_kms_key" "this" {
  # The fix takes the place of what stands here.
  is_enabled = false
  # Until here.
}
