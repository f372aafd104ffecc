resource "aws_s3_bucket" "files" {
  bucket = "object-storage-no-public-write-acl-fails-files"
}

resource "aws_s3_bucket_acl" "files" {
  bucket = aws_s3_bucket.files.id
  acl    = "public-read-write"
}
