resource "aws_sqs_queue_policy" "orders" {
  queue_url = "https://sqs.eu-central-1.amazonaws.com/123456789012/orders"

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
