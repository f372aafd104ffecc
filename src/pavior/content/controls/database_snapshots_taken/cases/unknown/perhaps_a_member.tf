variable "group" {
  type = string
}

resource "aws_elasticache_cluster" "sessions" {
  cluster_id           = "sessions"
  replication_group_id = var.group
}
