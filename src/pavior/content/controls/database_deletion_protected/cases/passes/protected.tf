resource "aws_db_instance" "orders" {
  engine              = "postgres"
  deletion_protection = true
}

resource "aws_docdb_cluster" "papers" {
  deletion_protection = "true"
}
