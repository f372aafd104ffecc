resource "aws_iam_role" "orders" {
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }] })
  name               = "container-roles-separate-fails-orders"
}

resource "aws_ecs_task_definition" "orders" {
  family                = "orders"
  container_definitions = "[]"
  execution_role_arn    = aws_iam_role.orders.arn
  task_role_arn         = aws_iam_role.orders.arn
}
