variable "is_on" {
  type = bool
}

resource "aws_ebs_encryption_by_default" "a" {
  enabled = var.is_on
}
