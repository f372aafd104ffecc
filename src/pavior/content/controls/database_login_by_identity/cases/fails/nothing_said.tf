resource "aws_db_instance" "orders" {
  engine = "postgres"
}

resource "aws_rds_cluster" "shop" {
  engine = "aurora-mysql"
}

resource "aws_neptune_cluster" "friends" {
  cluster_identifier = "friends"
}
