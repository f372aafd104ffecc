locals {
  tags = {
    owner      = "payments"
    data-class = "internal"
  }
}

resource "aws_s3_bucket" "files" {
  bucket = "acme-files"
  tags   = local.tags
}
