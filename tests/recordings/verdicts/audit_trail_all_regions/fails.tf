resource "aws_cloudtrail" "all" {
  name           = "audit-trail-all-regions-fails-all"
  s3_bucket_name = "audit"
}
