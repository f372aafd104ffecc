variable "wanted" {
  type = bool
}

resource "aws_rds_cluster" "orders" {
  engine                              = "aurora-mysql"
  iam_database_authentication_enabled = var.wanted
}
