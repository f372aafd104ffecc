resource "aws_dynamodb_table" "records" {
  billing_mode = "PAY_PER_REQUEST"
  name         = "database-encrypted-at-rest-passes-records"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_memorydb_cluster" "basket" {
  node_type = "db.t4g.small"
  name      = "basket"
  acl_name  = "basket"
}

resource "aws_rds_cluster" "on_demand" {
  master_username     = "orders_owner"
  master_password     = "Invented-for-this-1"
  skip_final_snapshot = true
  engine              = "aurora-mysql"
  engine_mode         = "serverless"
}
