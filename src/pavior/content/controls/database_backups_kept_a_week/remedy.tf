resource "aws_db_instance" "this" {
  engine = "postgres"
  # The fix takes the place of what stands here.
  backup_retention_period = 3
  # Until here.
}
