resource "aws_lb_target_group" "a" {
  name     = "orders"
  port     = 8443
  vpc_id   = "vpc-0123456789abcdef0"
  protocol = "HTTPS"
}
