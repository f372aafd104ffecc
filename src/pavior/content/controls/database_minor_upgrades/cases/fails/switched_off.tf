resource "aws_rds_cluster_instance" "shop" {
  engine                     = "aurora-mysql"
  auto_minor_version_upgrade = false
}

resource "aws_redshift_cluster" "reports" {
  allow_version_upgrade = false
}
