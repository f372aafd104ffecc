resource "aws_db_instance" "orders" {
  identifier          = "database-deletion-protected-fails-orders"
  instance_class      = "db.t3.micro"
  allocated_storage   = 20
  skip_final_snapshot = true
  username            = "orders_owner"
  password            = "invented-for-this"
  engine              = "postgres"
}

resource "aws_neptune_cluster" "friends" {
  cluster_identifier = "friends"
}
