resource "aws_db_instance" "orders" {
  engine = "postgres"
}

resource "aws_rds_cluster_instance" "shop" {
  engine = "aurora-mysql"
}
