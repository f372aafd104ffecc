resource "aws_secretsmanager_secret" "warehouse" {
  name = "warehouse"
}

resource "aws_secretsmanager_secret_rotation" "shop" {
  secret_id = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:shop-a1b2c3"

  rotation_rules {
    automatically_after_days = 30
  }
}
