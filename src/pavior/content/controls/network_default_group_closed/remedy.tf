resource "aws_vpc" "this" {
  cidr_block = "10.0.0.0/16"
}
# The fix takes the place of what stands here.
# Until here.
