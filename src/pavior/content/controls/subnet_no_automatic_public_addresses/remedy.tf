resource "aws_subnet" "this" {
  vpc_id = "vpc-1"
  # The fix takes the place of what stands here.
  map_public_ip_on_launch = true
  # Until here.
}
