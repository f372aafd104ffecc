resource "aws_iam_role" "start" {
  name = "start"
}

resource "aws_iam_role" "orders" {
  name = "orders"
}

resource "aws_ecs_task_definition" "orders" {
  family                = "orders"
  container_definitions = "[]"
  execution_role_arn    = aws_iam_role.start.arn
  task_role_arn         = aws_iam_role.orders.arn
}
