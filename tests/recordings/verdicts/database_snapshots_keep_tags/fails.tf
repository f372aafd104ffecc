resource "aws_db_instance" "orders" {
  identifier          = "database-snapshots-keep-tags-fails-orders"
  instance_class      = "db.t3.micro"
  allocated_storage   = 20
  skip_final_snapshot = true
  username            = "orders_owner"
  password            = "invented-for-this"
  engine              = "postgres"
}

resource "aws_rds_cluster" "orders" {
  master_username     = "orders_owner"
  master_password     = "Invented-for-this-1"
  skip_final_snapshot = true
  engine              = "aurora-mysql"
}
