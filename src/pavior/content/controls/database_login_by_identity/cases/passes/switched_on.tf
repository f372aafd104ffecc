resource "aws_db_instance" "orders" {
  engine                              = "postgres"
  iam_database_authentication_enabled = true
}

resource "aws_neptune_cluster" "friends" {
  iam_database_authentication_enabled = true
}
