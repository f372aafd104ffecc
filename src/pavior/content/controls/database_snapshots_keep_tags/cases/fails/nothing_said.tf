resource "aws_db_instance" "orders" {
  engine = "postgres"
}

resource "aws_rds_cluster" "orders" {
  engine = "aurora-mysql"
}
