resource "aws_ecs_service" "orders" {
  name = "orders"

  network_configuration {
    subnets = ["subnet-0a1b2c3d"]
  }
}

resource "aws_ecs_service" "agents" {
  name = "agents"
}
