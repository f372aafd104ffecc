resource "aws_lb_listener" "this" {
  port     = 443
  protocol = "HTTPS"
  # The fix takes the place of what stands here.
  # Until here.
}
