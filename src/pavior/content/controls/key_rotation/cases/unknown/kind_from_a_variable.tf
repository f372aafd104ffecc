variable "spec" {
  type = string
}

resource "aws_kms_key" "data" {
  customer_master_key_spec = var.spec
}
