variable "own" {
  type = bool
}

resource "aws_kms_key" "k" {}
resource "aws_s3_bucket" "good" {
  bucket = "good"
}
resource "aws_s3_bucket_server_side_encryption_configuration" "e" {
  bucket = aws_s3_bucket.good.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.k.arn
    }
  }
}
resource "aws_s3_object" "o" {
  key    = "k"
  bucket = var.own ? aws_s3_bucket.good.id : "other"
}
