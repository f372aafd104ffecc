variable "key" {
  type = string
}

resource "aws_s3_object" "configuration" {
  bucket     = "files"
  key        = "broker.conf"
  content    = "x"
  kms_key_id = var.key
}
