resource "aws_kms_key" "this" {}
resource "aws_backup_vault" "this" {
  name = "nightly"
  # The fix takes the place of what stands here.
  # Until here.
}
