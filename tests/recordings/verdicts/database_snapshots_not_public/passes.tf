resource "aws_db_snapshot" "before_the_move" {
  db_instance_identifier = "orders"
  db_snapshot_identifier = "before-the-move"
  shared_accounts        = ["123456789012"]
}

resource "aws_db_cluster_snapshot" "before_the_move" {
  db_cluster_identifier          = "orders"
  db_cluster_snapshot_identifier = "before-the-move"
}
