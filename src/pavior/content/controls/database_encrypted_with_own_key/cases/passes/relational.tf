resource "aws_kms_key" "orders" {
  enable_key_rotation = true
}

resource "aws_db_instance" "orders" {
  engine            = "postgres"
  storage_encrypted = true
  kms_key_id        = aws_kms_key.orders.arn
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
  cluster_name = "fast"
}
