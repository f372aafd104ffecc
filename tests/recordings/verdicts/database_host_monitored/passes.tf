resource "aws_db_instance" "orders" {
  identifier          = "database-host-monitored-passes-orders"
  instance_class      = "db.t3.micro"
  allocated_storage   = 20
  skip_final_snapshot = true
  username            = "orders_owner"
  password            = "invented-for-this"
  engine              = "postgres"
  monitoring_interval = 60
  monitoring_role_arn = aws_iam_role.monitoring.arn
}

resource "aws_rds_cluster_instance" "shop" {
  engine              = "aurora-postgresql"
  instance_class      = "db.r6g.large"
  cluster_identifier  = "orders"
  monitoring_interval = "5"
}

resource "aws_iam_role" "monitoring" {
  name               = "database-host-monitored-passes-monitoring"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "monitoring.rds.amazonaws.com" } }] })
}
