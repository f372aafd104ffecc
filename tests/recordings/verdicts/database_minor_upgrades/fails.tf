resource "aws_dms_replication_instance" "move" {
  replication_instance_class = "dms.t3.micro"
  replication_instance_id    = "move"
}
