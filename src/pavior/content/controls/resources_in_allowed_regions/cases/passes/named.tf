resource "aws_sqs_queue" "orders" {
  name   = "orders"
  region = "eu-west-1"
}
