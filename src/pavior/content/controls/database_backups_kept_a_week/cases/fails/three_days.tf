resource "aws_neptune_cluster" "friends" {
  backup_retention_period = 3
}

resource "aws_dynamodb_table" "records" {
  name = "records"
  point_in_time_recovery {
    enabled                 = true
    recovery_period_in_days = 3
  }
}
