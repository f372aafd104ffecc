resource "aws_db_instance" "orders" {
  engine = "postgres"
}

resource "aws_db_instance" "thirteen" {
  engine         = "postgres"
  engine_version = "13"
}
