resource "aws_elasticache_replication_group" "sessions" {
  snapshot_retention_limit = 7
}

resource "aws_elasticache_cluster" "small" {
  engine                   = "redis"
  snapshot_retention_limit = "1"
}

resource "aws_redshift_cluster" "reports" {
  cluster_identifier = "reports"
}
