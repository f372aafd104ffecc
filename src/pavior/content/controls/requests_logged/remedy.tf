resource "aws_cloudwatch_log_group" "this" {}
resource "aws_sfn_state_machine" "this" {
  # The fix takes the place of what stands here.
  # Until here.
}
