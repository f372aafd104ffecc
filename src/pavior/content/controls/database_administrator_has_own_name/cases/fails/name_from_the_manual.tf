resource "aws_db_instance" "orders" {
  engine   = "postgres"
  username = "postgres"
}

resource "aws_rds_cluster" "shop" {
  engine          = "aurora-mysql"
  master_username = "Admin"
}

resource "aws_redshift_cluster" "reports" {
  master_username = "awsuser"
}
