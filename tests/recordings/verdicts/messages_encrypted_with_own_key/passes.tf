resource "aws_kms_key" "messages" {
  description         = "Messages"
  enable_key_rotation = true
}

resource "aws_sqs_queue" "orders" {
  name              = "messages-encrypted-with-own-key-passes-orders"
  kms_master_key_id = aws_kms_key.messages.arn
}

resource "aws_sns_topic" "orders" {
  name              = "messages-encrypted-with-own-key-passes-orders"
  kms_master_key_id = aws_kms_key.messages.id
}
