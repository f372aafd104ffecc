resource "aws_db_instance" "orders" {
  identifier          = "database-in-two-zones-fails-orders"
  instance_class      = "db.t3.micro"
  allocated_storage   = 20
  skip_final_snapshot = true
  username            = "orders_owner"
  password            = "invented-for-this"
  engine              = "postgres"
}

resource "aws_elasticache_replication_group" "sessions" {
  node_type                  = "cache.t4g.micro"
  replication_group_id       = "sessions"
  description                = "Sessions"
  automatic_failover_enabled = true
}

resource "aws_dms_replication_instance" "move" {
  replication_instance_class = "dms.t3.micro"
  replication_instance_id    = "move"
}
