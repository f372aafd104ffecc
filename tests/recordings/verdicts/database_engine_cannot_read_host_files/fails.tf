resource "aws_db_instance" "orders" {
  identifier          = "database-engine-cannot-read-host-files-fails-orders"
  instance_class      = "db.t3.micro"
  allocated_storage   = 20
  skip_final_snapshot = true
  username            = "orders_owner"
  password            = "invented-for-this"
  engine              = "postgres"
  engine_version      = "13.2"
}

resource "aws_db_instance" "old" {
  identifier          = "database-engine-cannot-read-host-files-fails-old"
  instance_class      = "db.t3.micro"
  allocated_storage   = 20
  skip_final_snapshot = true
  username            = "orders_owner"
  password            = "invented-for-this"
  engine              = "postgres"
  engine_version      = "9.6.21"
}

resource "aws_rds_cluster" "shop" {
  master_username     = "orders_owner"
  master_password     = "Invented-for-this-1"
  skip_final_snapshot = true
  engine              = "aurora-postgresql"
  engine_version      = "11.8"
}
