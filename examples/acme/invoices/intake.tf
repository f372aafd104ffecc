# Orders that partners hand in, one message each: an invoice is written for every one of them.
resource "aws_sqs_queue" "intake" {
  name                      = "${local.name}-intake"
  kms_master_key_id         = aws_kms_key.data.key_id
  message_retention_seconds = 1209600
  tags                      = local.tags
}

# The partners' account alone puts orders in, and over TLS only.
resource "aws_sqs_queue_policy" "intake" {
  queue_url = aws_sqs_queue.intake.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "PartnersSend"
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::111122223333:root" }
        Action    = "sqs:SendMessage"
        Resource  = aws_sqs_queue.intake.arn
      },
      {
        Sid       = "OnlyOverTls"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = aws_sqs_queue.intake.arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })
}

# The service takes them out again.
resource "aws_iam_role_policy" "intake" {
  name = "intake"
  role = aws_iam_role.service.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "TakeOrders"
        Effect   = "Allow"
        Action   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
        Resource = aws_sqs_queue.intake.arn
      },
    ]
  })
}
