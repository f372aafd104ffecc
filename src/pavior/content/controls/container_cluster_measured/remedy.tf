resource "aws_ecs_cluster" "this" {
  # The fix takes the place of what stands here.
  # Until here.
}
