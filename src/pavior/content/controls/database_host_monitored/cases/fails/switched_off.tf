resource "aws_db_instance" "orders" {
  engine              = "postgres"
  monitoring_interval = 0
}
