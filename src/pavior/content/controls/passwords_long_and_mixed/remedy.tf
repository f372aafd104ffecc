resource "aws_iam_account_password_policy" "this" {
  # The fix takes the place of what stands here.
  minimum_password_length = 8
  # Until here.
}
