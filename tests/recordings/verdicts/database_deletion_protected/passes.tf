resource "aws_db_instance" "orders" {
  identifier          = "database-deletion-protected-passes-orders"
  instance_class      = "db.t3.micro"
  allocated_storage   = 20
  skip_final_snapshot = true
  username            = "orders_owner"
  password            = "invented-for-this"
  engine              = "postgres"
  deletion_protection = true
}

resource "aws_docdb_cluster" "papers" {
  master_username     = "orders_owner"
  master_password     = "Invented-for-this-1"
  skip_final_snapshot = true
  deletion_protection = "true"
}
