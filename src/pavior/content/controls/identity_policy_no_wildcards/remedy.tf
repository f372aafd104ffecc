resource "aws_s3_bucket" "this" {
  bucket = "files"
}
resource "aws_iam_role_policy" "this" {
  role = "service"
  policy = jsonencode({
# The fix takes the place of what stands here.
Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "*" }]
# Until here.
  })
}
