resource "aws_elasticache_cluster" "small" {
  cluster_id = "sessions"
  engine     = "redis"
}

resource "aws_elasticache_replication_group" "sessions" {
  node_type            = "cache.t4g.micro"
  replication_group_id = "sessions"
  description          = "Sessions"
}

resource "aws_memorydb_cluster" "basket" {
  acl_name  = "basket"
  node_type = "db.t4g.small"
  name      = "basket"
}
