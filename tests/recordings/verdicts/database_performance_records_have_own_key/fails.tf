resource "aws_db_instance" "orders" {
  identifier                   = "database-performance-records-have-own-key-fails-orders"
  instance_class               = "db.t3.micro"
  allocated_storage            = 20
  skip_final_snapshot          = true
  username                     = "orders_owner"
  password                     = "invented-for-this"
  engine                       = "postgres"
  performance_insights_enabled = true
}
