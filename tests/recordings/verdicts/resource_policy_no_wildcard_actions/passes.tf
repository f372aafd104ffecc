resource "aws_sqs_queue" "orders" {
  name = "resource-policy-no-wildcard-actions-passes-orders"
}

resource "aws_sqs_queue_policy" "orders" {
  queue_url = aws_sqs_queue.orders.id

  policy = jsonencode({
    Statement = [
      {
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::111122223333:role/orders" }
        Action    = "sqs:SendMessage"
        Resource  = "*"
      },
    ]
  })
}
