resource "aws_backup_vault" "nightly" {
  name = "nightly"
}
