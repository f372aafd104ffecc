resource "aws_network_acl" "main" {
  vpc_id = "vpc-0123456789abcdef0"
}
