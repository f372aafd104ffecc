resource "aws_s3_object" "configuration" {
  bucket                 = "files"
  key                    = "broker.conf"
  content                = "x"
  server_side_encryption = "AES256"
}
