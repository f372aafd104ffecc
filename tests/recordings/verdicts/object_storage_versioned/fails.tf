resource "aws_s3_bucket" "files" {
  bucket = "object-storage-versioned-fails-acme-files"
}

resource "aws_s3_bucket_versioning" "files" {
  bucket = aws_s3_bucket.files.id

  versioning_configuration {
    status = "Suspended"
  }
}
