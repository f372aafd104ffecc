resource "aws_security_group" "service" {
  name = "network-egress-named-passes-service"
}

resource "aws_vpc_security_group_egress_rule" "web" {
  security_group_id = aws_security_group.service.id
  from_port         = 443
  to_port           = 443
  ip_protocol       = "tcp"
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_ingress_rule" "web" {
  security_group_id = aws_security_group.service.id
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
}
