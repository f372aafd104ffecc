resource "aws_db_instance" "orders" {
  engine = "postgres"
}

resource "aws_redshift_cluster" "reports" {
  cluster_identifier = "reports"
}

resource "aws_elasticache_replication_group" "sessions" {
  description = "Sessions"
}
