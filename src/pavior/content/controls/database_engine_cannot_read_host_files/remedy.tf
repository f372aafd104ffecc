resource "aws_db_instance" "this" {
  engine = "postgres"
  # The fix takes the place of what stands here.
  engine_version = "13.2"
  # Until here.
}
