resource "aws_elasticache_replication_group" "sessions" {
  transit_encryption_enabled = true
}

resource "aws_elasticache_replication_group" "none_listed" {
  transit_encryption_enabled = true
  user_group_ids             = []
}

resource "aws_memorydb_cluster" "basket" {
  name     = "basket"
  acl_name = "open-access"
}
