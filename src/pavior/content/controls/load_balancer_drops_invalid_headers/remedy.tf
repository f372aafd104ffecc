resource "aws_lb" "this" {
  name = "web"
  # The fix takes the place of what stands here.
  # Until here.
}
