variable "days" {
  type = number
}

resource "aws_docdb_cluster" "papers" {
  backup_retention_period = var.days
}
