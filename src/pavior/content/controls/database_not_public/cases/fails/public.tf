resource "aws_db_instance" "orders" {
  engine              = "postgres"
  publicly_accessible = true
}

resource "aws_rds_cluster_instance" "orders" {
  engine              = "aurora-postgresql"
  publicly_accessible = "true"
}

resource "aws_dms_replication_instance" "move" {
  publicly_accessible = true
}
