resource "aws_imagebuilder_image_recipe" "vault" {
  name = "vault"
}

resource "aws_ami" "vault" {
  name = "vault"

  ebs_block_device {
    device_name = "/dev/xvda"
    snapshot_id = "snap-0a1b2c3d"
  }
}
