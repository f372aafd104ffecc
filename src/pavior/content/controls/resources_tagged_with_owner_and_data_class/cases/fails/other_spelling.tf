resource "aws_s3_bucket" "files" {
  bucket = "acme-files"

  tags = {
    Owner      = "payments"
    data-class = "internal"
  }
}
