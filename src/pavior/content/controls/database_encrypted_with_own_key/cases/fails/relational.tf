resource "aws_db_instance" "key_of_rds" {
  engine            = "postgres"
  storage_encrypted = true
}

resource "aws_rds_cluster" "not_encrypted" {
  engine = "aurora-postgresql"
}

resource "aws_memorydb_cluster" "basket" {
  name     = "basket"
  acl_name = "basket"
}

resource "aws_redshift_cluster" "reports" {
  encrypted  = true
  kms_key_id = "arn:aws:kms:eu-central-1:123456789012:alias/aws/redshift"
}
