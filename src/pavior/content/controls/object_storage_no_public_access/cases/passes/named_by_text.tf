resource "aws_s3_bucket" "files" {
  bucket = "acme-files"
}

# The bucket is named by the same text, and the switches are texts, which the provider takes too.
resource "aws_s3_bucket_public_access_block" "other" {
  bucket                  = "acme-files"
  block_public_acls       = "true"
  block_public_policy     = "true"
  ignore_public_acls      = "true"
  restrict_public_buckets = "true"
}
