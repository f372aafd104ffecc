resource "aws_db_instance" "orders" {
  identifier            = "database-snapshots-keep-tags-passes-orders"
  instance_class        = "db.t3.micro"
  allocated_storage     = 20
  skip_final_snapshot   = true
  username              = "orders_owner"
  password              = "invented-for-this"
  engine                = "postgres"
  copy_tags_to_snapshot = true
}

resource "aws_neptune_cluster" "friends" {
  copy_tags_to_snapshot = true
}
