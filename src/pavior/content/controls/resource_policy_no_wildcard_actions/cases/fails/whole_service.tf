resource "aws_sns_topic_policy" "orders" {
  arn = "arn:aws:sns:eu-central-1:111122223333:orders"

  policy = jsonencode({
    Statement = [
      {
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::444455556666:root" }
        Action    = ["sns:*"]
        Resource  = "*"
      },
    ]
  })
}
