resource "aws_opensearch_domain" "search" {
  domain_name = "search"
  cluster_config {
    instance_count = 3
  }
}
