resource "aws_ebs_encryption_by_default" "this" {
  enabled = true
}

resource "aws_ebs_volume" "a" {
  availability_zone = "eu-central-1a"
  size              = 10
}
