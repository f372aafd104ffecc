resource "aws_rds_cluster_instance" "shop" {
  performance_insights_enabled    = true
  performance_insights_kms_key_id = "arn:aws:kms:eu-central-1:123456789012:alias/aws/rds"
}
