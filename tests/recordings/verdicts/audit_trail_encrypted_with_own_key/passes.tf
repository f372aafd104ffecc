resource "aws_kms_key" "audit" {
  enable_key_rotation = true
}

resource "aws_cloudtrail" "all" {
  name           = "audit-trail-encrypted-with-own-key-passes-all"
  s3_bucket_name = "audit"
  kms_key_id     = aws_kms_key.audit.arn
}

resource "aws_cloudtrail_event_data_store" "all" {
  name       = "all"
  kms_key_id = aws_kms_key.audit.arn
}
