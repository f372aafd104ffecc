resource "aws_ecs_task_definition" "orders" {
  family                = "orders"
  container_definitions = jsonencode([{ name = "orders", image = "orders:1", memory = 256 }])
}
