resource "aws_db_instance" "orders" {
  identifier          = "database-logs-exported-fails-orders"
  instance_class      = "db.t3.micro"
  allocated_storage   = 20
  skip_final_snapshot = true
  username            = "orders_owner"
  password            = "invented-for-this"
  engine              = "postgres"
}

resource "aws_rds_cluster" "shop" {
  master_username                 = "orders_owner"
  master_password                 = "Invented-for-this-1"
  skip_final_snapshot             = true
  engine                          = "aurora-mysql"
  enabled_cloudwatch_logs_exports = []
}

resource "aws_redshift_cluster" "reports" {
  master_username     = "orders_owner"
  master_password     = "Invented-for-this-1"
  node_type           = "ra3.large"
  skip_final_snapshot = true
  cluster_identifier  = "reports"
}

resource "aws_elasticsearch_domain" "search" {
  domain_name = "search"
}
