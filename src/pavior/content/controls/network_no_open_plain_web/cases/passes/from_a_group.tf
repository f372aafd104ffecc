resource "aws_security_group" "balancer" {
  name = "balancer"
}

resource "aws_vpc_security_group_ingress_rule" "web" {
  security_group_id            = "sg-0123456789abcdef0"
  referenced_security_group_id = aws_security_group.balancer.id
  from_port                    = 80
  to_port                      = 80
  ip_protocol                  = "tcp"
}
