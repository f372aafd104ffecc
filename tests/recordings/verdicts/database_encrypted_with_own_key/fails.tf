resource "aws_dynamodb_table" "records" {
  name         = "database-encrypted-with-own-key-fails-acme-records"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}
