resource "aws_secretsmanager_secret" "warehouse" {
  name = "warehouse"
}
