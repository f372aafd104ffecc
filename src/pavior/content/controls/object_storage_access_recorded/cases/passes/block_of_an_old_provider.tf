resource "aws_s3_bucket" "files" {
  bucket = "acme-files"

  logging {
    target_bucket = "acme-records"
    target_prefix = "files/"
  }
}
