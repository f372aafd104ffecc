variable "queue_arn" {
  type = string
}

resource "aws_iam_role_policy" "service" {
  role   = "service"
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sqs:SendMessage", Resource = var.queue_arn }] })
}
