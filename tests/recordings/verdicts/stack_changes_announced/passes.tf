resource "aws_sns_topic" "changes" {
  name = "stack-changes-announced-passes-changes"
}

resource "aws_cloudformation_stack" "reports" {
  name              = "reports"
  notification_arns = [aws_sns_topic.changes.arn]
}
