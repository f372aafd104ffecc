resource "aws_db_instance" "orders" {
  engine   = "postgres"
  username = "orders_owner"
}

resource "aws_redshift_cluster" "reports" {
  master_username = "reports_owner"
}
