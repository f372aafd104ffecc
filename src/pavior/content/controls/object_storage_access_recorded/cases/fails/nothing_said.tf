resource "aws_s3_bucket" "files" {
  bucket = "acme-files"
}
