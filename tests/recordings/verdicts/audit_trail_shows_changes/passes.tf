resource "aws_cloudtrail" "all" {
  name                       = "audit-trail-shows-changes-passes-all"
  s3_bucket_name             = "audit"
  enable_log_file_validation = true
}
