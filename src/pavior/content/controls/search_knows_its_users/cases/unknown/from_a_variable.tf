variable "wanted" {
  type = bool
}

resource "aws_opensearch_domain" "search" {
  domain_name = "search"
  advanced_security_options {
    enabled = var.wanted
  }
}
