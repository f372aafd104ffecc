resource "aws_cloudtrail" "all" {
  name           = "audit-trail-announces-records-fails-all"
  s3_bucket_name = "audit"
}
