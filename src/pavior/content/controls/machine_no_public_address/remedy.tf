resource "aws_instance" "this" {
  instance_type = "t3.micro"
  # The fix takes the place of what stands here.
  associate_public_ip_address = true
  # Until here.
}
