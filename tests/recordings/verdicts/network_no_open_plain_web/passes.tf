resource "aws_security_group" "service" {
  name = "network-no-open-plain-web-passes-service"

  egress {
    from_port   = 80
    to_port     = 80
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
