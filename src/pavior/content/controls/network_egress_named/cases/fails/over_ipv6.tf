resource "aws_security_group" "service" {
  name = "service"

  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "all"
    ipv6_cidr_blocks = ["::/0"]
  }
}
