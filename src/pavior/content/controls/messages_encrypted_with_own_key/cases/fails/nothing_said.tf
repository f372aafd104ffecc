resource "aws_sqs_queue" "orders" {
  name = "orders"
}

resource "aws_kinesis_video_stream" "door" {
  name = "door"
}
