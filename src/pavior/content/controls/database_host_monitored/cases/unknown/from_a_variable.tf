variable "seconds" {
  type = number
}

resource "aws_db_instance" "orders" {
  engine              = "postgres"
  monitoring_interval = var.seconds
}
