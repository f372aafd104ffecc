resource "aws_db_instance" "orders" {
  identifier          = "database-encrypted-at-rest-fails-orders"
  instance_class      = "db.t3.micro"
  allocated_storage   = 20
  skip_final_snapshot = true
  username            = "orders_owner"
  password            = "invented-for-this"
  engine              = "postgres"
}

resource "aws_docdb_cluster" "papers" {
  master_username     = "orders_owner"
  master_password     = "Invented-for-this-1"
  skip_final_snapshot = true
  cluster_identifier  = "papers"
}

resource "aws_neptune_cluster" "friends" {
  cluster_identifier = "friends"
}

resource "aws_dax_cluster" "fast" {
  iam_role_arn       = "arn:aws:iam::123456789012:role/orders"
  replication_factor = 1
  node_type          = "dax.t3.small"
  cluster_name       = "fast"
}

resource "aws_opensearch_domain" "search" {
  domain_name = "search"
}
