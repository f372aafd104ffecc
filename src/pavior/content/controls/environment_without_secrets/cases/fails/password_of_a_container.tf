resource "aws_ecs_task_definition" "orders" {
  family = "orders"

  container_definitions = <<JSON
    [{"name": "orders", "image": "orders:1", "environment": [{"name": "DB_PASSWORD", "value": "invented-horse"}]}]
  JSON
}
