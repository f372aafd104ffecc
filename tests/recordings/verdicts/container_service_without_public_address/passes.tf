resource "aws_ecs_service" "orders" {
  name = "orders"

  network_configuration {
    subnets          = ["subnet-0a1b2c3d"]
    assign_public_ip = false
  }
}
