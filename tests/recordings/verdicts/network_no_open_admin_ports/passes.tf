resource "aws_security_group" "service" {
  name = "network-no-open-admin-ports-passes-service"
}

resource "aws_vpc_security_group_ingress_rule" "web" {
  security_group_id = aws_security_group.service.id
  from_port         = 80
  to_port           = 80
  ip_protocol       = "tcp"
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_security_group_rule" "out" {
  security_group_id = aws_security_group.service.id
  type              = "egress"
  from_port         = 22
  to_port           = 22
  protocol          = "tcp"
  cidr_blocks       = ["0.0.0.0/0"]
}
