resource "aws_elasticache_replication_group" "sessions" {
  node_type                  = "cache.t4g.micro"
  description                = "Sessions"
  replication_group_id       = "sessions"
  transit_encryption_enabled = true
  user_group_ids             = [aws_elasticache_user_group.sessions.user_group_id]
}

resource "aws_elasticache_user_group" "sessions" {
  engine        = "redis"
  user_group_id = "sessions"
}

resource "aws_memorydb_cluster" "basket" {
  node_type = "db.t4g.small"
  name      = "basket"
  acl_name  = "basket"
}
