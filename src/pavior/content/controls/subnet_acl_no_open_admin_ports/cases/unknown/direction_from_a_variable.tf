variable "is_egress" {
  type = bool
}

resource "aws_network_acl_rule" "a" {
  network_acl_id = "acl-0123456789abcdef0"
  egress         = var.is_egress
  rule_number    = 100
  rule_action    = "allow"
  protocol       = "tcp"
  from_port      = 22
  to_port        = 22
  cidr_block     = "0.0.0.0/0"
}
