resource "aws_kms_key" "this" {
# The fix takes the place of what stands here.
# Until here.
}
