resource "aws_ecs_cluster" "main" {
  name = "container-service-without-public-address-fails"
}

resource "aws_ecs_task_definition" "orders" {
  family                = "container-service-without-public-address-fails"
  container_definitions = jsonencode([{ name = "orders", image = "orders:1", memory = 256 }])
}

resource "aws_ecs_service" "orders" {
  name            = "orders"
  cluster         = aws_ecs_cluster.main.id
  task_definition = aws_ecs_task_definition.orders.arn

  network_configuration {
    subnets          = ["subnet-0a1b2c3d"]
    assign_public_ip = true
  }
}

resource "aws_ecs_task_set" "orders" {
  task_definition = aws_ecs_task_definition.orders.arn
  service         = aws_ecs_service.orders.id
  cluster         = aws_ecs_cluster.main.id

  network_configuration {
    subnets          = ["subnet-0a1b2c3d"]
    assign_public_ip = "true"
  }
}
