variable "denied" {
  type = string
}

resource "aws_s3_bucket_policy" "files" {
  bucket = "files"

  policy = jsonencode({
    Statement = [
      {
        Effect    = "Deny"
        Principal = "*"
        Action    = var.denied
        Resource  = "*"
      },
    ]
  })
}
