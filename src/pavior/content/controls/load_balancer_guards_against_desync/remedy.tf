resource "aws_lb" "this" {
  name = "web"
  # The fix takes the place of what stands here.
  desync_mitigation_mode = "monitor"
  # Until here.
}
