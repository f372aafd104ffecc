resource "aws_s3_object_copy" "configuration" {
  bucket     = "files"
  key        = "broker.conf"
  source     = "other/broker.conf"
  kms_key_id = "arn:aws:kms:eu-central-1:111122223333:alias/aws/s3"
}
