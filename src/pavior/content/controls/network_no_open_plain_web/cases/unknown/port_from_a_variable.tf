variable "x" {
  type = string
}

resource "aws_security_group" "service" {
  name = "service"

  ingress {
    from_port   = var.x
    to_port     = var.x
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
