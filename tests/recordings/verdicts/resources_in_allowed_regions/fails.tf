resource "aws_ebs_volume" "data" {
  availability_zone = "ap-south-1a"
  size              = 20
}
