variable "policy" {
  type = string
}

resource "aws_opensearch_domain" "search" {
  domain_name = "search"
  domain_endpoint_options {
    tls_security_policy = var.policy
  }
}
