resource "aws_cloudwatch_log_group" "orders" {
  name              = "/acme/orders"
  retention_in_days = 365

  tags = {
    owner       = "team-orders"
    data-class  = "internal"
    cost-center = "4711"
  }
}
