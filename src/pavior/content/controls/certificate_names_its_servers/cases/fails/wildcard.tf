resource "aws_acm_certificate" "a" {
  domain_name       = "*.example.com"
  validation_method = "DNS"
}
