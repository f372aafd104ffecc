variable "key" {
  type = string
}

resource "aws_secretsmanager_secret" "token" {
  name       = "token"
  kms_key_id = var.key
}
