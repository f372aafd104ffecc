resource "aws_s3_bucket" "files" {
  bucket = "object-storage-no-public-read-acl-passes-files"
}

resource "aws_s3_bucket_acl" "files" {
  bucket = aws_s3_bucket.files.id
  acl    = "private"
}
