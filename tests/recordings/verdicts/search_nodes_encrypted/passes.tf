resource "aws_elasticsearch_domain" "search" {
  domain_name = "search"
}
