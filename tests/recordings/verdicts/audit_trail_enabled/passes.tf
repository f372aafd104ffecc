resource "aws_cloudtrail" "all" {
  name           = "audit-trail-enabled-passes-all"
  s3_bucket_name = "audit"
}
