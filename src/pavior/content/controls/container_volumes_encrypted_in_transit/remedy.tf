
resource "aws_ecs_task_definition" "this" {
  volume {
    efs_volume_configuration {
      # The fix takes the place of what stands here.
      transit_encryption = "DISABLED"
      # Until here.
    }
  }
}
