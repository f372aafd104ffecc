variable "days" {
  type = number
}

resource "aws_elasticache_replication_group" "sessions" {
  snapshot_retention_limit = var.days
}
