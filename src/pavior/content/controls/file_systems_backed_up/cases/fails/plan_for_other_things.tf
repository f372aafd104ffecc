resource "aws_efs_file_system" "shared" {
  encrypted = true

  tags = {
    backup = "dialy"
  }
}

resource "aws_db_instance" "records" {
  engine = "postgres"
}

resource "aws_backup_selection" "daily" {
  name         = "daily"
  plan_id      = "a1b2c3"
  iam_role_arn = "arn:aws:iam::111122223333:role/backup"
  resources    = [aws_db_instance.records.arn]

  selection_tag {
    type  = "STRINGEQUALS"
    key   = "backup"
    value = "daily"
  }
}
