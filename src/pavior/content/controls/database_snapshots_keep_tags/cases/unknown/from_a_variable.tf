variable "wanted" {
  type = bool
}

resource "aws_rds_cluster" "orders" {
  engine                = "aurora-mysql"
  copy_tags_to_snapshot = var.wanted
}
