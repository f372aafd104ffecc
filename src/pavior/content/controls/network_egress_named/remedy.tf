resource "aws_security_group" "this" {
  name = "service"
  # The fix takes the place of what stands here.
  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
  # Until here.
}
