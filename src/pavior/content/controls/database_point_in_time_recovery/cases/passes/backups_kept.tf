resource "aws_db_instance" "orders" {
  engine                  = "postgres"
  backup_retention_period = 14
}

resource "aws_rds_cluster" "shop" {
  engine = "aurora-mysql"
}
