resource "aws_opensearch_domain" "search" {
  domain_name = "search"
  cluster_config {
    instance_count = 3
  }
  node_to_node_encryption {
    enabled = true
  }
}
