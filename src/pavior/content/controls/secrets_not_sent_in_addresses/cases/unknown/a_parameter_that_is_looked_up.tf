data "aws_ssm_parameter" "token" {
  name = "/builds/token"
}

data "http" "started" {
  url = "https://builds.example/started?token=${data.aws_ssm_parameter.token.value}"
}
