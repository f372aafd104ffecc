variable "days" {
  type = number
}

resource "aws_cloudwatch_log_group" "service" {
  name              = "/services/orders"
  retention_in_days = var.days
}
