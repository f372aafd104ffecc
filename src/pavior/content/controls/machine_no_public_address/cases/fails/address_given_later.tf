resource "aws_instance" "a" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"

  associate_public_ip_address = false
}

resource "aws_eip" "a" {
  instance = aws_instance.a.id
}
