resource "aws_sqs_queue" "orders" {
  name = "resource-policy-no-wildcard-actions-fails-orders"
}

resource "aws_sqs_queue_policy" "orders" {
  queue_url = aws_sqs_queue.orders.id

  policy = <<-JSON
    {
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": "*",
          "Action": "*",
          "Resource": "${aws_sqs_queue.orders.arn}",
          "Condition": {"ArnEquals": {"aws:SourceArn": "arn:aws:sns:eu-central-1:111122223333:orders"}}
        }
      ]
    }
  JSON
}
