resource "aws_sqs_queue_policy" "orders" {
  queue_url = "https://sqs.eu-central-1.amazonaws.com/111122223333/orders"

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
