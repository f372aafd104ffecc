resource "aws_kinesis_stream" "orders" {
  name            = "orders"
  encryption_type = "KMS"
  kms_key_id      = "alias/aws/kinesis"
}

resource "aws_kinesis_firehose_delivery_stream" "orders" {
  name        = "orders"
  destination = "extended_s3"

  server_side_encryption {
    enabled = true
  }
}
