resource "aws_s3_bucket" "this" {
  bucket = "x"
}
resource "aws_iam_role" "task" {
  name = "task"
}
resource "aws_iam_role_policy" "this" {
  role = "service"
  policy = jsonencode({
    # The fix takes the place of what stands here.
    Statement = [{ Effect = "Allow", Action = "iam:PassRole", Resource = "*" }]
    # Until here.
  })
}
