resource "aws_kms_key" "data" {
  enable_key_rotation = true
}

resource "aws_secretsmanager_secret" "token" {
  name       = "token"
  kms_key_id = aws_kms_key.data.arn
}

resource "aws_ssm_parameter" "password" {
  name   = "/broker/password"
  type   = "SecureString"
  value  = "set elsewhere"
  key_id = aws_kms_key.data.key_id
}
