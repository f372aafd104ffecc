variable "primary" {
  type = string
}

resource "aws_db_instance" "orders" {
  replicate_source_db     = var.primary
  backup_retention_period = 0
}
