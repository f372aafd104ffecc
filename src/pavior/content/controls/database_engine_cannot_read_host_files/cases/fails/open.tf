resource "aws_db_instance" "orders" {
  engine         = "postgres"
  engine_version = "13.2"
}

resource "aws_db_instance" "old" {
  engine         = "postgres"
  engine_version = "9.6.21"
}

resource "aws_rds_cluster" "shop" {
  engine         = "aurora-postgresql"
  engine_version = "11.8"
}
