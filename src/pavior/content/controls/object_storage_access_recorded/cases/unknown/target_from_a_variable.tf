variable "records" {
  type = string
}

resource "aws_s3_bucket" "files" {
  bucket = "acme-files"
}

resource "aws_s3_bucket_logging" "files" {
  bucket        = aws_s3_bucket.files.id
  target_bucket = var.records
  target_prefix = "files/"
}
