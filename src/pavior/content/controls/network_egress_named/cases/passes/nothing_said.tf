resource "aws_security_group" "service" {
  name = "service"

  description = "No rule: Terraform takes the one of AWS away"
}
