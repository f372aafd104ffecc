resource "aws_sqs_queue" "orders" {
  name = "messages-encrypted-with-own-key-fails-orders"
}

resource "aws_kinesis_video_stream" "door" {
  name = "door"
}
