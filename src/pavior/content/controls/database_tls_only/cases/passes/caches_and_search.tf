resource "aws_elasticache_replication_group" "sessions" {
  replication_group_id       = "sessions"
  transit_encryption_enabled = true
}

resource "aws_dax_cluster" "fast" {
  cluster_name                     = "fast"
  cluster_endpoint_encryption_type = "TLS"
}

resource "aws_opensearch_domain" "search" {
  domain_name = "search"
  domain_endpoint_options {
    enforce_https = true
  }
}
