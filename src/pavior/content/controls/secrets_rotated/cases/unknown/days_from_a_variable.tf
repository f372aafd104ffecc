variable "days" {
  type = number
}

resource "aws_secretsmanager_secret" "warehouse" {
  name = "warehouse"
}

resource "aws_secretsmanager_secret_rotation" "warehouse" {
  secret_id = aws_secretsmanager_secret.warehouse.id

  rotation_rules {
    automatically_after_days = var.days
  }
}
