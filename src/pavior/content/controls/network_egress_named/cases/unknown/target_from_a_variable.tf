variable "x" {
  type = string
}

resource "aws_security_group" "service" {
  name = "service"

  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = [var.x]
  }
}
