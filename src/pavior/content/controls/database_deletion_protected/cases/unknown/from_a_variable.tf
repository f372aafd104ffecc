variable "wanted" {
  type = bool
}

resource "aws_rds_cluster" "orders" {
  engine              = "aurora-mysql"
  deletion_protection = var.wanted
}
