resource "aws_db_instance" "orders" {
  engine   = "postgres"
  multi_az = true
}

resource "aws_elasticache_replication_group" "sessions" {
  automatic_failover_enabled = true
  multi_az_enabled           = true
}
