resource "aws_db_instance" "orders" {
  engine              = "postgres"
  publicly_accessible = false
}

resource "aws_redshift_cluster" "reports" {
  cluster_identifier  = "reports"
  publicly_accessible = false
}

resource "aws_opensearch_domain" "search" {
  domain_name = "search"
  vpc_options {
    subnet_ids = [aws_subnet.private.id]
  }
}
