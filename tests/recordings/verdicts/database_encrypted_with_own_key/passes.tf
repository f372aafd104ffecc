resource "aws_kms_key" "orders" {
  enable_key_rotation = true
}

resource "aws_db_instance" "orders" {
  identifier          = "database-encrypted-with-own-key-passes-orders"
  instance_class      = "db.t3.micro"
  allocated_storage   = 20
  skip_final_snapshot = true
  username            = "orders_owner"
  password            = "invented-for-this"
  engine              = "postgres"
  storage_encrypted   = true
  kms_key_id          = aws_kms_key.orders.arn
}

resource "aws_rds_cluster" "copy" {
  engine              = "aurora-postgresql"
  snapshot_identifier = "before-the-move"
  kms_key_id          = aws_kms_key.orders.arn
}

resource "aws_opensearch_domain" "search" {
  domain_name = "search"

  encrypt_at_rest {
    enabled    = true
    kms_key_id = aws_kms_key.orders.arn
  }
}

resource "aws_dax_cluster" "takes_none" {
  replication_factor = 1
  iam_role_arn       = "arn:aws:iam::123456789012:role/orders"
  node_type          = "dax.t3.small"
  cluster_name       = "fast"
}
