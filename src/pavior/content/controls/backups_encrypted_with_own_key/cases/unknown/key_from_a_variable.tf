variable "key" {
  type = string
}

resource "aws_backup_vault" "nightly" {
  name        = "nightly"
  kms_key_arn = var.key
}
