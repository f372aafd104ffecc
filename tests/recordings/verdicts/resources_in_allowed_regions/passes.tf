resource "aws_ebs_volume" "data" {
  availability_zone = "eu-west-1b"
  size              = 20
}
