resource "aws_cloudwatch_log_group" "service" {
  name              = "log-retention-fails-services-orders"
  retention_in_days = 30
}
