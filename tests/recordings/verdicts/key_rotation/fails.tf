resource "aws_kms_key" "data" {
  description = "Encrypts files."
}
