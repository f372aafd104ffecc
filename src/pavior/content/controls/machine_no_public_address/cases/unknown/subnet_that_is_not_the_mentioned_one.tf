variable "public" {
  type    = bool
  default = true
}

resource "aws_subnet" "private" {
  map_public_ip_on_launch = false
}
resource "aws_instance" "i" {
  subnet_id = var.public ? "subnet-123" : aws_subnet.private.id
}
