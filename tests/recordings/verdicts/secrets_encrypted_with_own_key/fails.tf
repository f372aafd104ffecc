resource "aws_secretsmanager_secret" "token" {
  name = "token"
}
