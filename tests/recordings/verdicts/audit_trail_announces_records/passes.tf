resource "aws_sns_topic" "audit" {
  name = "audit-trail-announces-records-passes-audit"
}

resource "aws_cloudtrail" "all" {
  name           = "audit-trail-announces-records-passes-all"
  s3_bucket_name = "audit"
  sns_topic_name = aws_sns_topic.audit.arn
}
