resource "aws_db_instance" "this" {
  engine               = "postgres"
  parameter_group_name = aws_db_parameter_group.this.name
}
# The fix takes the place of what stands here.
resource "aws_db_parameter_group" "this" {
  family = "postgres14"
}
# Until here.
