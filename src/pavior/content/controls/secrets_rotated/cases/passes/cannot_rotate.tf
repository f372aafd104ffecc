resource "aws_ssm_parameter" "password" {
  name  = "/broker/password"
  type  = "SecureString"
  value = "set elsewhere"
}
