resource "aws_s3_bucket" "files" {
  bucket = "object-storage-versioned-passes-acme-files"
}

resource "aws_s3_bucket_versioning" "files" {
  bucket = aws_s3_bucket.files.id

  versioning_configuration {
    status = "Enabled"
  }
}
