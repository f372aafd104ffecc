resource "aws_db_instance" "orders" {
  engine               = "postgres"
  engine_version       = "14.12"
  parameter_group_name = "orders"
}
