resource "aws_rds_cluster" "shop" {
  engine = "aurora-mysql"
}

resource "aws_docdb_cluster" "papers" {
  cluster_identifier = "papers"
}
