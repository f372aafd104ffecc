resource "aws_s3_bucket" "files" {
  bucket = "stored-objects-encrypted-with-own-key-fails-files"
}

resource "aws_s3_bucket_object" "configuration" {
  bucket  = aws_s3_bucket.files.id
  key     = "broker.conf"
  content = "x"
}
