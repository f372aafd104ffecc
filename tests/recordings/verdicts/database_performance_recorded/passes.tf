resource "aws_db_instance" "orders" {
  identifier                   = "database-performance-recorded-passes-orders"
  instance_class               = "db.t3.micro"
  allocated_storage            = 20
  skip_final_snapshot          = true
  username                     = "orders_owner"
  password                     = "invented-for-this"
  engine                       = "postgres"
  performance_insights_enabled = true
}

resource "aws_rds_cluster_instance" "shop" {
  cluster_identifier           = "orders"
  engine                       = "aurora-mysql"
  instance_class               = "db.r6g.large"
  performance_insights_enabled = true
}
