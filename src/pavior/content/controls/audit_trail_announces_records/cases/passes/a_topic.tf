resource "aws_sns_topic" "audit" {
  name = "audit"
}

resource "aws_cloudtrail" "all" {
  name           = "all"
  s3_bucket_name = "audit"
  sns_topic_name = aws_sns_topic.audit.arn
}
