resource "aws_db_instance" "orders" {
  engine                  = "postgres"
  backup_retention_period = 7
}

resource "aws_neptune_cluster" "friends" {
  backup_retention_period = "30"
}

resource "aws_dynamodb_table" "records" {
  name = "records"
  point_in_time_recovery {
    enabled = true
  }
}
