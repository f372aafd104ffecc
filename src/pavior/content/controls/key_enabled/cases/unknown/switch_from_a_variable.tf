variable "enabled" {
  type = bool
}

resource "aws_kms_key" "data" {
  is_enabled = var.enabled
}
