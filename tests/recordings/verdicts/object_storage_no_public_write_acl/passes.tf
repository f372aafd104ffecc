resource "aws_s3_bucket" "files" {
  bucket = "object-storage-no-public-write-acl-passes-files"
}
