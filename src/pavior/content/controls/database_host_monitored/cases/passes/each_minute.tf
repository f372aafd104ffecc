resource "aws_db_instance" "orders" {
  engine              = "postgres"
  monitoring_interval = 60
  monitoring_role_arn = aws_iam_role.monitoring.arn
}

resource "aws_rds_cluster_instance" "shop" {
  monitoring_interval = "5"
}
