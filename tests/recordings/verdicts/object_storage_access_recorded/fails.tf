resource "aws_s3_bucket" "files" {
  bucket = "object-storage-access-recorded-fails-files"
}
