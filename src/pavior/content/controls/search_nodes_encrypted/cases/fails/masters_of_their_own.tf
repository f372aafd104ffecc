resource "aws_elasticsearch_domain" "search" {
  domain_name = "search"
  cluster_config {
    dedicated_master_enabled = true
  }
  node_to_node_encryption {
    enabled = false
  }
}
