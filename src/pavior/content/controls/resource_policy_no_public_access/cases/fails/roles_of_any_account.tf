resource "aws_kms_key" "data" {
  policy = jsonencode({
    Statement = [
      {
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::*:role/data" }
        Action    = "kms:Decrypt"
        Resource  = "*"
      },
    ]
  })
}
