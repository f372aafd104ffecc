resource "aws_db_instance" "orders" {
  engine              = "postgres"
  snapshot_identifier = "orders-before-the-move"
}
