resource "aws_s3_object" "configuration" {
  bucket  = "files-of-another-team"
  key     = "broker.conf"
  content = "x"
}
