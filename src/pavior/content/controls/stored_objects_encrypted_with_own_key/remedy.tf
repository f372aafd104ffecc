resource "aws_kms_key" "this" {}
resource "aws_s3_object" "this" {
  bucket = "files"
  key    = "a"
  # The fix takes the place of what stands here.
  server_side_encryption = "AES256"
  # Until here.
}
