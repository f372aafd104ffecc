resource "aws_ecs_task_definition" "orders" {
  family = "orders"

  container_definitions = <<JSON
    [{"name": "orders", "readonlyRootFilesystem": true}, {"name": "logs", "readonlyRootFilesystem": false}]
  JSON
}
