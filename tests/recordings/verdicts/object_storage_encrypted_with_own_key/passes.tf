resource "aws_kms_key" "data" {
  description = "Encrypts files."
}

resource "aws_s3_bucket" "files" {
  bucket = "object-storage-encrypted-with-own-key-passes-acme-files"
}

resource "aws_s3_bucket_server_side_encryption_configuration" "files" {
  bucket = aws_s3_bucket.files.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.data.arn
    }
  }
}
