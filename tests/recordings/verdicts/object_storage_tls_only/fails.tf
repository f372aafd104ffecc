resource "aws_s3_bucket" "files" {
  bucket = "object-storage-tls-only-fails-acme-files"
}

resource "aws_s3_bucket_policy" "files" {
  bucket = aws_s3_bucket.files.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = [aws_s3_bucket.files.arn, "${aws_s3_bucket.files.arn}/*"]
        Condition = {
          Bool         = { "aws:SecureTransport" = "false" }
          StringEquals = { "aws:SourceVpc" = "vpc-1" }
        }
      },
    ]
  })
}
