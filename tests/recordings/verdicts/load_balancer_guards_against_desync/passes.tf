resource "aws_alb" "a" {
  name    = "orders"
  subnets = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]

  desync_mitigation_mode = "strictest"
}
