resource "aws_db_instance" "orders" {
  identifier          = "database-tls-only-fails-orders"
  instance_class      = "db.t3.micro"
  allocated_storage   = 20
  skip_final_snapshot = true
  username            = "orders_owner"
  password            = "invented-for-this"
  engine              = "postgres"
  engine_version      = "14.12"
}

resource "aws_db_instance" "shop" {
  identifier          = "database-tls-only-fails-shop"
  instance_class      = "db.t3.micro"
  allocated_storage   = 20
  skip_final_snapshot = true
  username            = "orders_owner"
  password            = "invented-for-this"
  engine              = "mysql"
  engine_version      = "8.0.40"
}

resource "aws_redshift_parameter_group" "reports" {
  name   = "reports"
  family = "redshift-1.0"
}

resource "aws_elasticache_replication_group" "sessions" {
  node_type            = "cache.t4g.micro"
  replication_group_id = "sessions"
  description          = "Sessions"
  engine               = "redis"
}

resource "aws_dax_cluster" "fast" {
  replication_factor = 1
  iam_role_arn       = "arn:aws:iam::123456789012:role/orders"
  node_type          = "dax.t3.small"
  cluster_name       = "fast"
}

resource "aws_opensearch_domain" "search" {
  domain_name = "search"
}
