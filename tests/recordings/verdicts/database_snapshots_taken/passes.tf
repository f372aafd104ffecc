resource "aws_elasticache_replication_group" "sessions" {
  node_type                = "cache.t4g.micro"
  replication_group_id     = "sessions"
  description              = "Sessions"
  snapshot_retention_limit = 7
}

resource "aws_elasticache_cluster" "small" {
  cluster_id               = "sessions"
  engine                   = "redis"
  snapshot_retention_limit = "1"
}

resource "aws_redshift_cluster" "reports" {
  master_username     = "orders_owner"
  master_password     = "Invented-for-this-1"
  node_type           = "ra3.large"
  skip_final_snapshot = true
  cluster_identifier  = "reports"
}
