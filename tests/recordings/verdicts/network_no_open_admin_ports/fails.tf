resource "aws_security_group" "service" {
  name = "network-no-open-admin-ports-fails-service"
}

resource "aws_security_group_rule" "ssh" {
  security_group_id = aws_security_group.service.id
  type              = "ingress"
  from_port         = 22
  to_port           = 22
  protocol          = "tcp"
  cidr_blocks       = ["10.0.0.0/8", "0.0.0.0/0"]
}
