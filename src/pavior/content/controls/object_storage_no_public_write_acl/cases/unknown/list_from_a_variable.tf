variable "acl" {
  type = string
}

resource "aws_s3_bucket" "files" {
  bucket = "files"
  acl    = var.acl
}
