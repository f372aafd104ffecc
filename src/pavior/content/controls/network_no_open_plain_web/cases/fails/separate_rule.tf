resource "aws_security_group_rule" "web" {
  security_group_id = "sg-0123456789abcdef0"
  type              = "ingress"
  from_port         = 80
  to_port           = 80
  protocol          = "tcp"
  cidr_blocks       = ["0.0.0.0/0"]
}
