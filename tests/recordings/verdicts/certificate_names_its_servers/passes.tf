resource "aws_acm_certificate" "a" {
  domain_name       = "orders.example.com"
  validation_method = "DNS"

  subject_alternative_names = ["returns.example.com", "example.com"]
}
