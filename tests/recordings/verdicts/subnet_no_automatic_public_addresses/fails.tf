resource "aws_subnet" "a" {
  for_each = toset(["10.0.1.0/24", "10.0.2.0/24"])

  vpc_id                  = "vpc-0123456789abcdef0"
  cidr_block              = each.key
  map_public_ip_on_launch = "true"
}
