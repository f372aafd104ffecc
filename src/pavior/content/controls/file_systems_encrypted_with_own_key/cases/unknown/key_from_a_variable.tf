variable "key" {
  type = string
}

resource "aws_efs_file_system" "shared" {
  encrypted  = true
  kms_key_id = var.key
}
