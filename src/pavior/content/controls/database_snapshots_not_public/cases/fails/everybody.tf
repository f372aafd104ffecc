resource "aws_db_snapshot" "sample" {
  shared_accounts = ["all"]
}

resource "aws_db_cluster_snapshot" "sample" {
  shared_accounts = ["123456789012", "all"]
}

resource "aws_db_snapshot_copy" "sample" {
  shared_accounts = ["all"]
}
