resource "aws_db_snapshot" "sample" {
  db_snapshot_identifier = "orders-before"
  db_instance_identifier = "orders"
  shared_accounts        = ["all"]
}

resource "aws_db_cluster_snapshot" "sample" {
  db_cluster_identifier          = "orders"
  db_cluster_snapshot_identifier = "orders-before"
  shared_accounts                = ["123456789012", "all"]
}

resource "aws_db_snapshot_copy" "sample" {
  target_db_snapshot_identifier = "orders-copied"
  source_db_snapshot_identifier = "orders-before"
  shared_accounts               = ["all"]
}
