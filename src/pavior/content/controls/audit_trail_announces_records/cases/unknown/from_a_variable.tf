variable "topic" {
  type = string
}

resource "aws_cloudtrail" "all" {
  name           = "all"
  s3_bucket_name = "audit"
  sns_topic_name = var.topic
}
