resource "aws_kms_key" "disks" {
  enable_key_rotation = true
}

resource "aws_ebs_volume" "a" {
  availability_zone = "eu-west-1a"
  size              = 20
  encrypted         = true
  kms_key_id        = aws_kms_key.disks.arn
}
