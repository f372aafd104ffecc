variable "groups" {
  type = list(string)
}

resource "aws_elasticache_replication_group" "sessions" {
  transit_encryption_enabled = true
  user_group_ids             = var.groups
}
