resource "aws_ecs_service" "orders" {
  name = "orders"

  network_configuration {
    subnets          = ["subnet-0a1b2c3d"]
    assign_public_ip = true
  }
}

resource "aws_ecs_task_set" "orders" {
  task_definition = "orders:1"
  service         = "orders"
  cluster         = "main"

  network_configuration {
    subnets          = ["subnet-0a1b2c3d"]
    assign_public_ip = "true"
  }
}
