resource "aws_elasticache_replication_group" "sessions" {
  user_group_ids = ["sessions"]
}
