variable "kinds" {
  type = list(string)
}

resource "aws_rds_cluster" "shop" {
  engine                          = "aurora-mysql"
  enabled_cloudwatch_logs_exports = var.kinds
}
