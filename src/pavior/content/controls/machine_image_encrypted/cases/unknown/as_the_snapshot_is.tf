resource "aws_ami" "reports" {
  name = "reports"

  ebs_block_device {
    device_name = "/dev/xvda"
    snapshot_id = "snap-0a1b2c3d"
  }
}
