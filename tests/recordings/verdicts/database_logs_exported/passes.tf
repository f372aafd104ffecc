resource "aws_db_instance" "orders" {
  identifier                      = "database-logs-exported-passes-orders"
  instance_class                  = "db.t3.micro"
  allocated_storage               = 20
  skip_final_snapshot             = true
  username                        = "orders_owner"
  password                        = "invented-for-this"
  engine                          = "postgres"
  enabled_cloudwatch_logs_exports = ["postgresql"]
}

resource "aws_opensearch_domain" "search" {
  domain_name = "search"
  log_publishing_options {
    log_type                 = "ES_APPLICATION_LOGS"
    cloudwatch_log_group_arn = aws_cloudwatch_log_group.search.arn
  }
}

resource "aws_redshift_cluster" "old" {
  master_username     = "orders_owner"
  master_password     = "Invented-for-this-1"
  node_type           = "ra3.large"
  skip_final_snapshot = true
  cluster_identifier  = "old"
  logging {
    enable = true
  }
}

resource "aws_cloudwatch_log_group" "search" {
  name = "database-logs-exported-passes-search"
}
