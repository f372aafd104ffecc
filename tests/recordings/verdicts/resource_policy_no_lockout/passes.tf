resource "aws_s3_bucket" "files" {
  bucket = "resource-policy-no-lockout-passes"
}

resource "aws_s3_bucket_policy" "files" {
  bucket = aws_s3_bucket.files.bucket

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Deny"
      Principal = "*"
      Action    = ["s3:DeleteObject", "s3:DeleteObjectVersion"]
      Resource  = "arn:aws:s3:::resource-policy-no-lockout-passes/*"
    }]
  })
}
