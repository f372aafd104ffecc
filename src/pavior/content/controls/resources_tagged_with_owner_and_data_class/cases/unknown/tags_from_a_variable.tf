variable "tags" {
  type = map(string)
}

resource "aws_s3_bucket" "files" {
  bucket = "acme-files"
  tags   = var.tags
}
