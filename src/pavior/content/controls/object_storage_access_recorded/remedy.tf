resource "aws_s3_bucket" "this" {
  bucket = "files"
}
# The fix takes the place of what stands here.
# Until here.
