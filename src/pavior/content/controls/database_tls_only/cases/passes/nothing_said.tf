resource "aws_db_instance" "orders" {
  engine         = "postgres"
  engine_version = "16.4"
}

resource "aws_memorydb_cluster" "basket" {
  name = "basket"
}

resource "aws_docdb_cluster_parameter_group" "papers" {
  family = "docdb5.0"
}
