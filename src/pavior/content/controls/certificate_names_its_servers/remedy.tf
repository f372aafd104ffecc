resource "aws_acm_certificate" "this" {
  # The fix takes the place of what stands here.
  domain_name = "*.example.com"
  # Until here.
}
