# The fix takes the place of what stands here.
resource "aws_iam_user_policy_attachment" "this" {
  user       = "mara"
  policy_arn = "reports"
}
# Until here.
