resource "aws_network_acl" "this" {
  vpc_id = "vpc-1"
  # The fix takes the place of what stands here.
  ingress {
    rule_no    = 100
    action     = "allow"
    protocol   = -1
    cidr_block = "0.0.0.0/0"
  }
  # Until here.
}
