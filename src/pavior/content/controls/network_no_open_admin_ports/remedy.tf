resource "aws_security_group" "this" {
  name = "service"
# The fix takes the place of what stands here.
ingress {
  from_port = 22
  to_port = 22
  protocol = "tcp"
  cidr_blocks = ["0.0.0.0/0"]
}
# Until here.
}
