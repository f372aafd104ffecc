resource "aws_s3_bucket" "files" {
  bucket = "object-storage-encrypted-with-own-key-fails-acme-files"
}
