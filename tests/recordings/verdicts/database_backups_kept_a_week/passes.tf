resource "aws_db_instance" "orders" {
  identifier              = "database-backups-kept-a-week-passes-orders"
  instance_class          = "db.t3.micro"
  allocated_storage       = 20
  skip_final_snapshot     = true
  username                = "orders_owner"
  password                = "invented-for-this"
  engine                  = "postgres"
  backup_retention_period = 7
}

resource "aws_neptune_cluster" "friends" {
  backup_retention_period = "30"
}

resource "aws_dynamodb_table" "records" {
  billing_mode = "PAY_PER_REQUEST"
  name         = "database-backups-kept-a-week-passes-records"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  point_in_time_recovery {
    enabled = true
  }
}
