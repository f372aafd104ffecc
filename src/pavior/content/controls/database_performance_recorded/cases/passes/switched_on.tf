resource "aws_db_instance" "orders" {
  engine                       = "postgres"
  performance_insights_enabled = true
}

resource "aws_rds_cluster_instance" "shop" {
  engine                       = "aurora-mysql"
  instance_class               = "db.r6g.large"
  performance_insights_enabled = true
}
