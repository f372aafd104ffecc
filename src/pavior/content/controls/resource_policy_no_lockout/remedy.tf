resource "aws_s3_bucket_policy" "this" {
  bucket = "files"
  policy = jsonencode({
    # The fix takes the place of what stands here.
    Statement = [{ Effect = "Deny", Principal = "*", Action = "s3:*", Resource = "*" }]
    # Until here.
  })
}
