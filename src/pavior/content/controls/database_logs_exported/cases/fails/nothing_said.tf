resource "aws_db_instance" "orders" {
  engine = "postgres"
}

resource "aws_rds_cluster" "shop" {
  engine                          = "aurora-mysql"
  enabled_cloudwatch_logs_exports = []
}

resource "aws_redshift_cluster" "reports" {
  cluster_identifier = "reports"
}

resource "aws_elasticsearch_domain" "search" {
  domain_name = "search"
}
