locals {
  tags = {
    owner      = "payments"
    data-class = "internal"
  }
}

resource "aws_s3_bucket" "files" {
  bucket = "resources-tagged-with-owner-and-data-cla-passes-acme-files"
  tags   = local.tags
}
