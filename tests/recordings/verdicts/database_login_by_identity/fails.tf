resource "aws_db_instance" "orders" {
  identifier          = "database-login-by-identity-fails-orders"
  instance_class      = "db.t3.micro"
  allocated_storage   = 20
  skip_final_snapshot = true
  username            = "orders_owner"
  password            = "invented-for-this"
  engine              = "postgres"
}

resource "aws_rds_cluster" "shop" {
  master_username     = "orders_owner"
  master_password     = "Invented-for-this-1"
  skip_final_snapshot = true
  engine              = "aurora-mysql"
}

resource "aws_neptune_cluster" "friends" {
  cluster_identifier = "friends"
}
