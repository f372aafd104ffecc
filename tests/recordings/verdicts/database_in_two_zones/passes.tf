resource "aws_db_instance" "orders" {
  identifier          = "database-in-two-zones-passes-orders"
  instance_class      = "db.t3.micro"
  allocated_storage   = 20
  skip_final_snapshot = true
  username            = "orders_owner"
  password            = "invented-for-this"
  engine              = "postgres"
  multi_az            = true
}

resource "aws_elasticache_replication_group" "sessions" {
  node_type                  = "cache.t4g.micro"
  description                = "Sessions"
  replication_group_id       = "sessions"
  automatic_failover_enabled = true
  multi_az_enabled           = true
}
