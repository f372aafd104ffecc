resource "aws_sqs_queue" "orders" {
  name = "resource-policy-no-public-access-passes-orders"
}

resource "aws_sqs_queue_policy" "orders" {
  queue_url = aws_sqs_queue.orders.id

  policy = <<-JSON
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {"AWS": "arn:aws:iam::111122223333:role/orders"},
          "Action": "sqs:SendMessage",
          "Resource": "${aws_sqs_queue.orders.arn}"
        }
      ]
    }
  JSON
}
