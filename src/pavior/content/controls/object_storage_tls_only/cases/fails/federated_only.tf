resource "aws_s3_bucket" "files" {
  bucket = "acme-files"
}

resource "aws_s3_bucket_policy" "files" {
  bucket = aws_s3_bucket.files.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Deny"
        Principal = { Federated = "*" }
        Action    = "s3:*"
        Resource  = ["arn:aws:s3:::acme-files", "arn:aws:s3:::acme-files/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })
}
