data "aws_kms_key" "orders" {
  key_id = "alias/orders"
}

resource "aws_db_instance" "orders" {
  storage_encrypted = true
  kms_key_id        = data.aws_kms_key.orders.arn
}
