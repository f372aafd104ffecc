resource "aws_redshift_cluster" "reports" {
  cluster_identifier = "reports"
}

resource "aws_redshift_logging" "reports" {
  cluster_identifier   = aws_redshift_cluster.reports.cluster_identifier
  log_destination_type = "cloudwatch"
  log_exports          = ["connectionlog"]
}
