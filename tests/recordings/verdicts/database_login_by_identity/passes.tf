resource "aws_db_instance" "orders" {
  identifier                          = "database-login-by-identity-passes-orders"
  instance_class                      = "db.t3.micro"
  allocated_storage                   = 20
  skip_final_snapshot                 = true
  username                            = "orders_owner"
  password                            = "invented-for-this"
  engine                              = "postgres"
  iam_database_authentication_enabled = true
}

resource "aws_neptune_cluster" "friends" {
  iam_database_authentication_enabled = true
}
