resource "aws_kms_key" "this" {}
resource "aws_ebs_volume" "this" {
  size = 20
  # The fix takes the place of what stands here.
  # Until here.
}
