resource "aws_neptune_cluster" "friends" {
  enable_cloudwatch_logs_exports = ["slowquery"]
}

resource "aws_opensearch_domain" "search" {
  domain_name = "search"
  log_publishing_options {
    log_type = "INDEX_SLOW_LOGS"
  }
}
