resource "aws_db_instance" "orders" {
  identifier           = "database-tls-only-passes-orders"
  instance_class       = "db.t3.micro"
  allocated_storage    = 20
  skip_final_snapshot  = true
  username             = "orders_owner"
  password             = "invented-for-this"
  engine               = "postgres"
  parameter_group_name = aws_db_parameter_group.orders.name
}

resource "aws_db_parameter_group" "orders" {
  name   = "orders"
  family = "postgres14"
  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }
}

resource "aws_redshift_parameter_group" "reports" {
  name   = "reports"
  family = "redshift-1.0"
  parameter {
    name  = "require_ssl"
    value = true
  }
}
