resource "aws_ami" "reports" {
  name = "reports"

  ebs_block_device {
    device_name = "/dev/xvda"
    volume_size = 8
    encrypted   = "true"
  }
}

resource "aws_imagebuilder_image_recipe" "reports" {
  parent_image = "arn:aws:imagebuilder:eu-west-1:aws:image/amazon-linux-2023-x86/x.x.x"
  version      = "1.0.0"
  component {
    component_arn = "arn:aws:imagebuilder:eu-west-1:aws:component/update-linux/x.x.x"
  }
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
