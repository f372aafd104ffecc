variable "wanted" {
  type = bool
}

resource "aws_db_instance" "orders" {
  engine   = "postgres"
  multi_az = var.wanted
}
