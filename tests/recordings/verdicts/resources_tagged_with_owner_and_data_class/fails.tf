resource "aws_s3_bucket" "files" {
  bucket = "resources-tagged-with-owner-and-data-cla-fails-acme-files"

  tags = {
    data-class = "internal"
  }
}
