resource "aws_s3_bucket" "files" {
  bucket = "object-storage-encrypted-fails-files"
}

resource "aws_s3_bucket_server_side_encryption_configuration" "files" {
  bucket = aws_s3_bucket.files.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "kms"
    }
  }
}
