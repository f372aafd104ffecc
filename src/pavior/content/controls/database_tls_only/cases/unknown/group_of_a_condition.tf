variable "own" {
  type = bool
}

resource "aws_db_parameter_group" "g" {
  family = "postgres14"
  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }
}
resource "aws_db_instance" "d" {
  engine               = "postgres"
  engine_version       = "14"
  parameter_group_name = var.own ? aws_db_parameter_group.g.name : "legacy"
}
resource "aws_db_instance" "e" {
  engine               = "postgres"
  engine_version       = "14"
  parameter_group_name = var.own ? aws_db_parameter_group.g.name : null
}
