resource "aws_cloudtrail" "all" {
  name                  = "audit-trail-all-regions-passes-all"
  s3_bucket_name        = "audit"
  is_multi_region_trail = true
}
