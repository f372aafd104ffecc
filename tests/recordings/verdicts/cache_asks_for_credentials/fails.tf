resource "aws_elasticache_replication_group" "sessions" {
  node_type            = "cache.t4g.micro"
  description          = "Sessions"
  replication_group_id = "sessions"
  user_group_ids       = ["sessions"]
}
