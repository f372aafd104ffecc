resource "aws_kms_key" "this" {}
resource "aws_ami_copy" "this" {
  source_ami_id = "ami-0a1b2c3d"
  # The fix takes the place of what stands here.
  encrypted = true
  # Until here.
}
