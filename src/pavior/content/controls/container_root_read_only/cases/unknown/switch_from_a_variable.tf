variable "is_read_only" {
  type = bool
}

resource "aws_ecs_task_definition" "orders" {
  family                = "orders"
  container_definitions = jsonencode([{ name = "orders", image = "orders:1", readonlyRootFilesystem = var.is_read_only }])
}
