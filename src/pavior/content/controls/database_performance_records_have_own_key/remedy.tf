resource "aws_kms_key" "this" {}
resource "aws_db_instance" "this" {
  engine = "postgres"
  # The fix takes the place of what stands here.
  performance_insights_enabled = true
  # Until here.
}
