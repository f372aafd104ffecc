resource "aws_kms_key" "this" {}
resource "aws_secretsmanager_secret" "this" {
  name = "token"
  # The fix takes the place of what stands here.
  # Until here.
}
