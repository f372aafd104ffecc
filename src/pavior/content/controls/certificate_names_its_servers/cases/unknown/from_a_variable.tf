variable "x" {
  type = string
}

resource "aws_acm_certificate" "a" {
  domain_name       = var.x
  validation_method = "DNS"
}
