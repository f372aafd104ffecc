resource "aws_ecs_task_definition" "this" {
  family = "service"
  # The fix takes the place of what stands here.
  container_definitions = jsonencode([{ name = "orders", image = "orders:1" }])
  # Until here.
}
