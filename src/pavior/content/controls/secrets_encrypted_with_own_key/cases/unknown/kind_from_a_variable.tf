variable "kind" {
  type = string
}

resource "aws_ssm_parameter" "password" {
  name  = "/broker/password"
  type  = var.kind
  value = "set elsewhere"
}
