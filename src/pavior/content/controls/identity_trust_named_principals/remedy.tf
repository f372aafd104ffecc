resource "aws_iam_role" "this" {
  name = "service"
# The fix takes the place of what stands here.
assume_role_policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = "*" }] })
# Until here.
}
