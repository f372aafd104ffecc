resource "aws_secretsmanager_secret" "warehouse" {
  name = "warehouse"
}

resource "aws_secretsmanager_secret_rotation" "warehouse" {
  secret_id           = aws_secretsmanager_secret.warehouse.id
  rotation_lambda_arn = "arn:aws:lambda:eu-central-1:111122223333:function:rotation"

  rotation_rules {
    automatically_after_days = 30
  }
}
