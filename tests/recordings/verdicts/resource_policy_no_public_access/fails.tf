resource "aws_sqs_queue" "orders" {
  name = "resource-policy-no-public-access-fails-orders"
}

resource "aws_sqs_queue_policy" "orders" {
  queue_url = aws_sqs_queue.orders.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Action    = "sqs:SendMessage"
        Principal = "*"
        Resource  = "arn:aws:sqs:eu-central-1:123456789012:orders"
        Condition = { ArnLike = { "aws:PrincipalArn" = "arn:aws:iam::????????????:root" } }
      },
    ]
  })
}
