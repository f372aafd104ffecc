resource "aws_acm_certificate" "a" {
  domain_name       = "example.com"
  validation_method = "DNS"

  subject_alternative_names = ["www.example.com", "*.internal.example.com"]
}
