variable "kinds" {
  type = list(string)
}

resource "aws_db_instance" "orders" {
  engine                          = "postgres"
  enabled_cloudwatch_logs_exports = var.kinds
}
