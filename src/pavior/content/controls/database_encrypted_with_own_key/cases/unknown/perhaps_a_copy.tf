variable "snapshot" {
  type = string
}

resource "aws_kms_key" "orders" {
  enable_key_rotation = true
}

resource "aws_rds_cluster" "orders" {
  engine              = "aurora-postgresql"
  snapshot_identifier = var.snapshot
  kms_key_id          = aws_kms_key.orders.arn
}
