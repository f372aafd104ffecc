variable "is_production" {
  type = bool
}

resource "aws_lb" "a" {
  name    = "orders"
  subnets = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]

  enable_deletion_protection = var.is_production
}
