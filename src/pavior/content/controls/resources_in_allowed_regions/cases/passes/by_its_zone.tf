resource "aws_ebs_volume" "data" {
  availability_zone = "eu-central-1b"
  size              = 20
}
