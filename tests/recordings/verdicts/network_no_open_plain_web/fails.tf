resource "aws_security_group" "service" {
  name = "network-no-open-plain-web-fails-service"

  ingress {
    from_port        = 79
    to_port          = 8080
    protocol         = "6"
    ipv6_cidr_blocks = ["::/0"]
  }
}
