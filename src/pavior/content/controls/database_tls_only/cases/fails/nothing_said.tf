resource "aws_db_instance" "orders" {
  engine         = "postgres"
  engine_version = "14.12"
}

resource "aws_db_instance" "shop" {
  engine         = "mysql"
  engine_version = "8.0.40"
}

resource "aws_redshift_parameter_group" "reports" {
  name   = "reports"
  family = "redshift-1.0"
}

resource "aws_elasticache_replication_group" "sessions" {
  engine = "redis"
}

resource "aws_dax_cluster" "fast" {
  cluster_name = "fast"
}

resource "aws_opensearch_domain" "search" {
  domain_name = "search"
}
