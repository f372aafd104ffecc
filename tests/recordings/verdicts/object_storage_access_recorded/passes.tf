resource "aws_s3_bucket" "files" {
  bucket = "object-storage-access-recorded-passes-files"
}

resource "aws_s3_bucket_logging" "files" {
  bucket        = aws_s3_bucket.files.id
  target_bucket = aws_s3_bucket.records.id
  target_prefix = "files/"

  depends_on = [aws_s3_bucket_policy.records]
}

# It keeps the records of others. The service that writes them must be let in, or the logging is refused.
resource "aws_s3_bucket" "records" {
  bucket = "object-storage-access-recorded-passes-records"
}

resource "aws_s3_bucket_policy" "records" {
  bucket = aws_s3_bucket.records.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "logging.s3.amazonaws.com" }
      Action    = "s3:PutObject"
      Resource  = "${aws_s3_bucket.records.arn}/files/*"
    }]
  })
}
