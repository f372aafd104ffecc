resource "aws_sqs_queue" "orders" {
  name              = "orders"
  kms_master_key_id = aws_kms_key.in_a_file_that_is_not_here.arn
}
