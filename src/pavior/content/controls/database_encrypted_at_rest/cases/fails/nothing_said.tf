resource "aws_db_instance" "orders" {
  engine = "postgres"
}

resource "aws_docdb_cluster" "papers" {
  cluster_identifier = "papers"
}

resource "aws_neptune_cluster" "friends" {
  cluster_identifier = "friends"
}

resource "aws_dax_cluster" "fast" {
  cluster_name = "fast"
}

resource "aws_opensearch_domain" "search" {
  domain_name = "search"
}
