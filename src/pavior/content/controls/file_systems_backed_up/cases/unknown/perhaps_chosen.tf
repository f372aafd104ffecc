variable "is_kept" {
  type = bool
}

resource "aws_efs_file_system" "shared" {
  encrypted = true
}

resource "aws_backup_selection" "daily" {
  name         = "daily"
  plan_id      = "a1b2c3"
  iam_role_arn = "arn:aws:iam::111122223333:role/backup"
  resources    = var.is_kept ? [aws_efs_file_system.shared.arn] : []
}
