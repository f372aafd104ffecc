resource "aws_ssm_parameter" "token" {
  name  = "/builds/passes/token"
  type  = "SecureString"
  value = "chosen elsewhere"
}

data "http" "started" {
  url             = "https://builds.example/started"
  request_headers = { Authorization = "Bearer ${aws_ssm_parameter.token.value}" }
}
