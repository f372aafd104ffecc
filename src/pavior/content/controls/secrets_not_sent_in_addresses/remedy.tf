resource "aws_ssm_parameter" "token" {
  name  = "/builds/token"
  type  = "SecureString"
  value = "chosen elsewhere"
}
# The fix takes the place of what stands here.
data "http" "this" {
  url = "https://builds.example/started?token=${aws_ssm_parameter.token.value}"
}
# Until here.
