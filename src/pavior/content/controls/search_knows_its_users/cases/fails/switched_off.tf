resource "aws_elasticsearch_domain" "search" {
  domain_name = "search"
  advanced_security_options {
    enabled = false
  }
}
