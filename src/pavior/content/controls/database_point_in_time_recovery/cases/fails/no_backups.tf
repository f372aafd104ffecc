resource "aws_db_instance" "nothing_said" {
  engine = "postgres"
}

resource "aws_db_instance" "switched_off" {
  engine                  = "postgres"
  backup_retention_period = 0
}
