resource "aws_db_instance" "orders" {
  identifier          = "database-administrator-has-own-name-passes-orders"
  instance_class      = "db.t3.micro"
  allocated_storage   = 20
  skip_final_snapshot = true
  password            = "invented-for-this"
  engine              = "postgres"
  username            = "orders_owner"
}

resource "aws_redshift_cluster" "reports" {
  master_password     = "Invented-for-this-1"
  node_type           = "ra3.large"
  skip_final_snapshot = true
  cluster_identifier  = "reports"
  master_username     = "reports_owner"
}
