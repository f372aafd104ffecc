resource "aws_ssm_parameter" "token" {
  name  = "/builds/fails/token"
  type  = "SecureString"
  value = "chosen elsewhere"
}

data "http" "started" {
  url = "https://builds.example/started?token=${aws_ssm_parameter.token.value}"
}
