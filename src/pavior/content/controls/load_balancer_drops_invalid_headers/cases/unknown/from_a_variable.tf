variable "is_strict" {
  type = bool
}

resource "aws_lb" "a" {
  name    = "orders"
  subnets = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]

  drop_invalid_header_fields = var.is_strict
}
