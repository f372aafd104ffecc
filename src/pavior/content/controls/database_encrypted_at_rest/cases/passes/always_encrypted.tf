resource "aws_dynamodb_table" "records" {
  name     = "records"
  hash_key = "id"
}

resource "aws_memorydb_cluster" "basket" {
  name     = "basket"
  acl_name = "basket"
}

resource "aws_rds_cluster" "on_demand" {
  engine      = "aurora-mysql"
  engine_mode = "serverless"
}
