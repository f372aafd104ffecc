variable "name" {
  type = string
}

resource "aws_cloudwatch_log_group" "orders" {
  name = var.name
}
