resource "aws_cloudtrail" "all" {
  name           = "audit-trail-encrypted-with-own-key-fails-all"
  s3_bucket_name = "audit"
}
