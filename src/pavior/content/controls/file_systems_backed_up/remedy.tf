resource "aws_kms_key" "this" {}
resource "aws_efs_file_system" "this" {
  creation_token = "shared"
}
# The fix takes the place of what stands here.
# Until here.
