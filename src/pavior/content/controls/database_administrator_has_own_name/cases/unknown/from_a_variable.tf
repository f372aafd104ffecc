variable "owner" {
  type = string
}

resource "aws_db_instance" "orders" {
  engine   = "postgres"
  username = var.owner
}
