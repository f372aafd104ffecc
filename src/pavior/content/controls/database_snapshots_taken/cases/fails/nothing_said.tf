resource "aws_elasticache_cluster" "small" {
  engine = "redis"
}

resource "aws_elasticache_replication_group" "sessions" {
  description = "Sessions"
}

resource "aws_memorydb_cluster" "basket" {
  name = "basket"
}
