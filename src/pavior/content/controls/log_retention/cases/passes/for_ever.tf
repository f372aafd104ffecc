resource "aws_cloudwatch_log_group" "service" {
  name = "/services/orders"
}
