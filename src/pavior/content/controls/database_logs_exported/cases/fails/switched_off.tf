resource "aws_opensearch_domain" "search" {
  domain_name = "search"
  log_publishing_options {
    log_type = "ES_APPLICATION_LOGS"
    enabled  = false
  }
}
