resource "aws_db_instance" "orders" {
  identifier          = "database-engine-cannot-read-host-files-passes-orders"
  instance_class      = "db.t3.micro"
  allocated_storage   = 20
  skip_final_snapshot = true
  username            = "orders_owner"
  password            = "invented-for-this"
  engine              = "postgres"
}

resource "aws_db_instance" "thirteen" {
  identifier          = "database-engine-cannot-read-host-files-passes-thirteen"
  instance_class      = "db.t3.micro"
  allocated_storage   = 20
  skip_final_snapshot = true
  username            = "orders_owner"
  password            = "invented-for-this"
  engine              = "postgres"
  engine_version      = "13"
}
