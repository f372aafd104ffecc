resource "aws_s3_bucket" "files" {
  bucket = "acme-files"
}

resource "aws_s3_bucket_logging" "files" {
  bucket        = aws_s3_bucket.files.id
  target_bucket = aws_s3_bucket.records.id
  target_prefix = "files/"
}

# It keeps the records of others.
resource "aws_s3_bucket" "records" {
  bucket = "acme-records"
}
