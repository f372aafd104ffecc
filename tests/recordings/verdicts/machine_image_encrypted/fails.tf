resource "aws_ami_copy" "reports" {
  source_ami_region = "eu-west-1"
  name              = "reports"
  source_ami_id     = "ami-0a1b2c3d"
}

resource "aws_ami" "reports" {
  name = "reports"

  ebs_block_device {
    device_name = "/dev/xvda"
    volume_size = 8
  }
}
