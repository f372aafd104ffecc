resource "aws_db_snapshot" "this" {
  # The fix takes the place of what stands here.
  shared_accounts = ["all"]
  # Until here.
}
