variable "topics" {
  type = list(string)
}

resource "aws_cloudformation_stack" "reports" {
  name              = "reports"
  notification_arns = var.topics
}
