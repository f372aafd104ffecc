variable "x" {
  type = string
}

resource "aws_security_group" "service" {
  name = "service"

  ingress {
    from_port   = 80
    to_port     = 80
    protocol    = "tcp"
    cidr_blocks = [var.x]
  }
}
