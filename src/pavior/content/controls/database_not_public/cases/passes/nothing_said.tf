resource "aws_db_instance" "orders" {
  engine = "postgres"
}

resource "aws_dms_replication_instance" "move" {
  replication_instance_id = "move"
}

resource "aws_neptune_cluster_instance" "friends" {
  count          = 2
  instance_class = "db.r6g.large"
}
