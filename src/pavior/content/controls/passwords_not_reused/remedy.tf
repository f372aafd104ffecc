resource "aws_iam_account_password_policy" "this" {
  # The fix takes the place of what stands here.
  password_reuse_prevention = 3
  # Until here.
}
