variable "wanted" {
  type = bool
}

resource "aws_db_instance" "orders" {
  engine              = "postgres"
  publicly_accessible = var.wanted
}
