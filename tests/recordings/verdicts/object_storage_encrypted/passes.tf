resource "aws_s3_bucket" "files" {
  bucket = "object-storage-encrypted-passes-files"
}
