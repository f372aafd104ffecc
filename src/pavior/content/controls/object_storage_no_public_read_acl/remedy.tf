resource "aws_s3_bucket" "this" {
  bucket = "files"
}
resource "aws_s3_bucket_acl" "this" {
  bucket = aws_s3_bucket.this.id
  # The fix takes the place of what stands here.
  acl = "public-read"
  # Until here.
}
