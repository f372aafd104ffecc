resource "aws_sqs_queue" "this" {}
resource "aws_sqs_queue_policy" "this" {
  queue_url = "q"
  policy = jsonencode({
    # The fix takes the place of what stands here.
    Statement = [{ Effect = "Allow", Principal = "*", Action = "sqs:SendMessage", Resource = "*" }]
    # Until here.
  })
}
