resource "aws_lb_listener" "this" {
  port = 80
  # The fix takes the place of what stands here.
  default_action {
    type = "forward"
  }
  # Until here.
}
