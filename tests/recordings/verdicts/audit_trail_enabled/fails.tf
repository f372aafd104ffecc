resource "aws_cloudtrail" "all" {
  name           = "audit-trail-enabled-fails-all"
  s3_bucket_name = "audit"
  enable_logging = "false"
}
