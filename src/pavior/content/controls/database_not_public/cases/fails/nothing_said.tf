resource "aws_redshift_cluster" "reports" {
  cluster_identifier = "reports"
}

resource "aws_elasticsearch_domain" "search" {
  domain_name = "search"
}
