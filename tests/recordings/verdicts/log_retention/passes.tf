resource "aws_cloudwatch_log_group" "service" {
  name              = "log-retention-passes-services-orders"
  retention_in_days = "731"
}
