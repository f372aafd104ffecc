resource "aws_sns_topic_policy" "prices" {
  arn = "arn:aws:sns:eu-central-1:111122223333:prices"

  policy = jsonencode({
    Statement = [
      {
        Effect    = "Allow"
        Principal = { AWS = ["arn:aws:iam::111122223333:role/prices", "*"] }
        Action    = "sns:Subscribe"
        Resource  = "*"
      },
    ]
  })
}
