resource "aws_sns_topic" "orders" {
  name = "messages-encrypted-fails-orders"
}
