resource "aws_ami" "reports" {
  name = "reports"

  ebs_block_device {
    device_name = "/dev/xvda"
    volume_size = 8
    encrypted   = "true"
  }
}

resource "aws_imagebuilder_image_recipe" "reports" {
  name = "reports"

  block_device_mapping {
    device_name = "/dev/xvda"

    ebs {
      encrypted = true
    }
  }

  block_device_mapping {
    device_name = "/dev/xvdb"
    no_device   = true
  }
}
