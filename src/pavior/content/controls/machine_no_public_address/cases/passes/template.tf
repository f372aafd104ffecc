resource "aws_launch_template" "a" {
  image_id = "ami-0123456789abcdef0"

  network_interfaces {
    associate_public_ip_address = "false"
  }
}
