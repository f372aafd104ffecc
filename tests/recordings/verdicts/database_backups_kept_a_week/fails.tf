resource "aws_rds_cluster" "shop" {
  master_username     = "orders_owner"
  master_password     = "Invented-for-this-1"
  skip_final_snapshot = true
  engine              = "aurora-mysql"
}

resource "aws_docdb_cluster" "papers" {
  master_username     = "orders_owner"
  master_password     = "Invented-for-this-1"
  skip_final_snapshot = true
  cluster_identifier  = "papers"
}
