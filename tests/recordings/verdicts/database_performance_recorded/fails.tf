resource "aws_db_instance" "orders" {
  identifier          = "database-performance-recorded-fails-orders"
  instance_class      = "db.t3.micro"
  allocated_storage   = 20
  skip_final_snapshot = true
  username            = "orders_owner"
  password            = "invented-for-this"
  engine              = "postgres"
}

resource "aws_rds_cluster_instance" "shop" {
  cluster_identifier = "orders"
  engine             = "aurora-postgresql"
  instance_class     = "db.t4g.medium"
}
