resource "aws_backup_vault" "nightly" {
  name        = "nightly"
  kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:alias/aws/backup"
}
