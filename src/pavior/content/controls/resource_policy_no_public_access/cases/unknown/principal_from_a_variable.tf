variable "reader" {
  type = string
}

resource "aws_sqs_queue_policy" "orders" {
  queue_url = "https://sqs.eu-central-1.amazonaws.com/111122223333/orders"

  policy = jsonencode({
    Statement = [
      {
        Effect    = "Allow"
        Principal = { AWS = var.reader }
        Action    = "sqs:ReceiveMessage"
        Resource  = "*"
      },
    ]
  })
}
