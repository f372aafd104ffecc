resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_network_acl" "main" {
  vpc_id = aws_vpc.main.id
}

resource "aws_network_acl_rule" "no_ssh" {
  network_acl_id = aws_network_acl.main.id
  rule_number    = 10
  protocol       = "tcp"
  rule_action    = "deny"
  cidr_block     = "0.0.0.0/0"
  from_port      = 20
  to_port        = 23
}

resource "aws_network_acl_rule" "low_ports" {
  network_acl_id = aws_network_acl.main.id
  rule_number    = 20
  protocol       = "tcp"
  rule_action    = "allow"
  cidr_block     = "0.0.0.0/0"
  from_port      = 1
  to_port        = 1023
}
