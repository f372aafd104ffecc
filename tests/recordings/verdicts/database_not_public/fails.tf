resource "aws_redshift_cluster" "reports" {
  master_username     = "orders_owner"
  master_password     = "Invented-for-this-1"
  node_type           = "ra3.large"
  skip_final_snapshot = true
  cluster_identifier  = "reports"
}

resource "aws_elasticsearch_domain" "search" {
  domain_name = "search"
}
