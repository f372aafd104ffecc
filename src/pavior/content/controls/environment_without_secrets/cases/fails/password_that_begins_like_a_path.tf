resource "aws_ecs_task_definition" "orders" {
  family = "orders"

  container_definitions = <<JSON
    [{"Name": "orders", "Image": "orders:1", "Environment": [{"Name": "DB_PASS", "Value": "/9fK#invented+horse"}]}]
  JSON
}
