variable "release" {
  type = string
}

resource "aws_db_instance" "orders" {
  engine         = "postgres"
  engine_version = var.release
}
