variable "is_on" {
  type = bool
}

resource "aws_lb" "a" {
  name    = "orders"
  subnets = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]

  access_logs {
    bucket  = "logs-of-ours"
    enabled = var.is_on
  }
}
