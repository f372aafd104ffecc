resource "aws_sns_topic" "orders" {
  name              = "messages-encrypted-passes-orders"
  kms_master_key_id = "alias/aws/sns"
}
