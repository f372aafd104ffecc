resource "aws_db_instance" "copy" {
  engine              = "postgres"
  storage_encrypted   = true
  snapshot_identifier = "before-the-move"
}
