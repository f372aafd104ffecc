variable "role_arn" {
  type = string
}

resource "aws_ecs_task_definition" "orders" {
  family                = "orders"
  container_definitions = "[]"
  execution_role_arn    = "arn:aws:iam::123456789012:role/start"
  task_role_arn         = var.role_arn
}
