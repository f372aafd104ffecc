resource "aws_db_instance" "this" {
  engine = "postgres"
  # The fix takes the place of what stands here.
  auto_minor_version_upgrade = false
  # Until here.
}
