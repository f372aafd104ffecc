resource "aws_dms_replication_instance" "move" {
  auto_minor_version_upgrade = "true"
}
