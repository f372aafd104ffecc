resource "aws_s3_bucket_policy" "files" {
  bucket = "files"

  policy = jsonencode({
    Statement = {
      Effect    = "Deny"
      Principal = "*"
      Action    = ["s3:DeleteObject", "s3:DeleteObjectVersion"]
      Resource  = "arn:aws:s3:::files/*"
    }
  })
}
