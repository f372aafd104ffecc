resource "aws_cloudwatch_log_group" "this" {
# The fix takes the place of what stands here.
retention_in_days = 7
# Until here.
}
