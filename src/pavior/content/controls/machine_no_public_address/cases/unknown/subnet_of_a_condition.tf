variable "public" {
  type = bool
}

resource "aws_subnet" "private" {
  map_public_ip_on_launch = false
}
resource "aws_subnet" "public" {
  map_public_ip_on_launch = true
}
resource "aws_instance" "i" {
  subnet_id = !var.public ? aws_subnet.private.id : aws_subnet.public.id
}
