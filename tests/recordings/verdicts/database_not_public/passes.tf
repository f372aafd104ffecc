resource "aws_db_instance" "orders" {
  identifier          = "database-not-public-passes-orders"
  instance_class      = "db.t3.micro"
  allocated_storage   = 20
  skip_final_snapshot = true
  username            = "orders_owner"
  password            = "invented-for-this"
  engine              = "postgres"
  publicly_accessible = false
}

resource "aws_redshift_cluster" "reports" {
  master_username     = "orders_owner"
  master_password     = "Invented-for-this-1"
  node_type           = "ra3.large"
  skip_final_snapshot = true
  cluster_identifier  = "reports"
  publicly_accessible = false
}

resource "aws_opensearch_domain" "search" {
  domain_name = "search"
  vpc_options {
    subnet_ids = [aws_subnet.private.id]
  }
}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "private" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}
