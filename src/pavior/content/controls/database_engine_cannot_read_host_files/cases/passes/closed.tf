resource "aws_db_instance" "orders" {
  engine         = "postgres"
  engine_version = "13.3"
}

resource "aws_rds_cluster" "shop" {
  engine         = "aurora-postgresql"
  engine_version = "11.9"
}

resource "aws_db_instance" "newer" {
  engine         = "postgres"
  engine_version = "16.4"
}
