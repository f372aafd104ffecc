resource "aws_ecs_cluster" "main" {
  name = "container-service-without-public-address-passes"
}

resource "aws_ecs_task_definition" "orders" {
  family                = "container-service-without-public-address-passes"
  container_definitions = jsonencode([{ name = "orders", image = "orders:1", memory = 256 }])
}

resource "aws_ecs_service" "orders" {
  name            = "orders"
  cluster         = aws_ecs_cluster.main.id
  task_definition = aws_ecs_task_definition.orders.arn

  network_configuration {
    subnets          = ["subnet-0a1b2c3d"]
    assign_public_ip = false
  }
}
