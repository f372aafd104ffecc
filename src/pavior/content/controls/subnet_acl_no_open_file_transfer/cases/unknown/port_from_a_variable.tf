variable "x" {
  type = string
}

resource "aws_network_acl" "main" {
  vpc_id = "vpc-0123456789abcdef0"

  ingress {
    rule_no    = 100
    action     = "allow"
    protocol   = "tcp"
    from_port  = var.x
    to_port    = var.x
    cidr_block = "0.0.0.0/0"
  }
}
