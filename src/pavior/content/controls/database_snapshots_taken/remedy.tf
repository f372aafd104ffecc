resource "aws_elasticache_replication_group" "this" {
  # The fix takes the place of what stands here.
  # Until here.
}
