resource "aws_rds_cluster" "orders" {
  engine            = "aurora-postgresql"
  storage_encrypted = false
}

resource "aws_elasticache_replication_group" "sessions" {
  engine                     = "redis"
  at_rest_encryption_enabled = false
}
