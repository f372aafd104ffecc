resource "aws_ecs_task_definition" "scans" {
  family                = "scans"
  container_definitions = "[]"

  volume {
    name = "scans"

    efs_volume_configuration {
      file_system_id     = "fs-0a1b2c3d"
      transit_encryption = "ENABLED"
    }
  }
}
