resource "aws_security_group" "service" {
  name = "network-egress-named-fails-service"
}

resource "aws_vpc_security_group_egress_rule" "out" {
  security_group_id = aws_security_group.service.id
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
}
