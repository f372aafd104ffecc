resource "aws_lb_target_group" "this" {
  # The fix takes the place of what stands here.
  protocol = "HTTP"
  # Until here.
}
