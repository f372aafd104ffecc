resource "aws_sqs_queue" "orders" {
  name = "orders"
  # The fix takes the place of what stands here.
  region = "us-east-1"
  # Until here.
}
