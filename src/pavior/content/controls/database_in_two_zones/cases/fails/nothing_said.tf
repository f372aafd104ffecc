resource "aws_db_instance" "orders" {
  engine = "postgres"
}

resource "aws_elasticache_replication_group" "sessions" {
  automatic_failover_enabled = true
}

resource "aws_dms_replication_instance" "move" {
  replication_instance_id = "move"
}
