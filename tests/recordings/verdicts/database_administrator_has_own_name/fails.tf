resource "aws_db_instance" "orders" {
  identifier          = "database-administrator-has-own-name-fails-orders"
  instance_class      = "db.t3.micro"
  allocated_storage   = 20
  skip_final_snapshot = true
  password            = "invented-for-this"
  engine              = "postgres"
  username            = "postgres"
}

resource "aws_rds_cluster" "shop" {
  master_password     = "Invented-for-this-1"
  skip_final_snapshot = true
  engine              = "aurora-mysql"
  master_username     = "Admin"
}

resource "aws_redshift_cluster" "reports" {
  master_password     = "Invented-for-this-1"
  cluster_identifier  = "reports"
  node_type           = "ra3.large"
  skip_final_snapshot = true
  master_username     = "awsuser"
}
