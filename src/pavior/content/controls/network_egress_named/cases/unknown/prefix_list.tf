resource "aws_security_group" "service" {
  name = "service"

  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    prefix_list_ids = ["pl-0123456789abcdef0"]
  }
}
