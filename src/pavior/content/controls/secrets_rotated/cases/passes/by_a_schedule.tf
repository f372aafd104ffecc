resource "aws_secretsmanager_secret" "warehouse" {
  for_each = toset(["a", "b"])
  name     = each.key
}

resource "aws_secretsmanager_secret_rotation" "warehouse" {
  for_each  = toset(["a", "b"])
  secret_id = aws_secretsmanager_secret.warehouse[each.key].id

  rotation_rules {
    schedule_expression = "rate(10 days)"
  }
}
