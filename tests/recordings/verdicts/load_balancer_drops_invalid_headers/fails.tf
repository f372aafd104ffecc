resource "aws_lb" "a" {
  name    = "ops-invalid-headers-fails-orders"
  subnets = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
}
