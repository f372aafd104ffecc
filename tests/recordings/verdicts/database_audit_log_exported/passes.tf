resource "aws_rds_cluster" "shop" {
  master_username                 = "orders_owner"
  master_password                 = "Invented-for-this-1"
  skip_final_snapshot             = true
  engine                          = "aurora-mysql"
  enabled_cloudwatch_logs_exports = ["error", "audit"]
}

resource "aws_neptune_cluster" "friends" {
  enable_cloudwatch_logs_exports = ["audit"]
}

resource "aws_docdb_cluster_parameter_group" "papers" {
  family = "docdb5.0"
  parameter {
    name  = "audit_logs"
    value = "enabled"
  }
}

resource "aws_opensearch_domain" "search" {
  domain_name = "search"
  log_publishing_options {
    cloudwatch_log_group_arn = "arn:aws:logs:eu-west-1:123456789012:log-group:search"
    log_type                 = "INDEX_SLOW_LOGS"
  }
  log_publishing_options {
    cloudwatch_log_group_arn = "arn:aws:logs:eu-west-1:123456789012:log-group:search"
    log_type                 = "AUDIT_LOGS"
  }
}
