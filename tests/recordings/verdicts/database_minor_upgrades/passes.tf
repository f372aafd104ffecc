resource "aws_dms_replication_instance" "move" {
  replication_instance_id    = "orders"
  replication_instance_class = "dms.t3.micro"
  auto_minor_version_upgrade = "true"
}
