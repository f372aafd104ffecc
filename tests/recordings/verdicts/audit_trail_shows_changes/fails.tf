resource "aws_cloudtrail" "all" {
  name           = "audit-trail-shows-changes-fails-all"
  s3_bucket_name = "audit"
}
