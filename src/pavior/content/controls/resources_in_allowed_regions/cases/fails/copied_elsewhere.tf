resource "aws_dynamodb_table" "orders" {
  name         = "orders"
  region       = "eu-west-1"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  replica {
    region_name = "eu-central-1"
  }

  replica {
    region_name = "us-east-1"
  }
}
