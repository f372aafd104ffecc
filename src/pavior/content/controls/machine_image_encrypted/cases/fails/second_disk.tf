resource "aws_ami" "reports" {
  name = "reports"

  ebs_block_device {
    device_name = "/dev/xvda"
    encrypted   = true
  }

  ebs_block_device {
    device_name = "/dev/xvdb"
    encrypted   = false
  }
}
