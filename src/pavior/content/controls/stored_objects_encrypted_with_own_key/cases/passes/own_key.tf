resource "aws_kms_key" "data" {
  enable_key_rotation = true
}

resource "aws_s3_object" "configuration" {
  bucket     = "files"
  key        = "broker.conf"
  content    = "x"
  kms_key_id = aws_kms_key.data.arn
}
