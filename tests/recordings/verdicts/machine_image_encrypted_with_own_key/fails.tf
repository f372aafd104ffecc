resource "aws_kms_key" "vault" {}

resource "aws_imagebuilder_image_recipe" "vault" {
  parent_image = "arn:aws:imagebuilder:eu-west-1:aws:image/amazon-linux-2023-x86/x.x.x"
  version      = "1.0.0"
  component {
    component_arn = "arn:aws:imagebuilder:eu-west-1:aws:component/update-linux/x.x.x"
  }
  name = "vault"

  block_device_mapping {
    device_name = "/dev/xvda"

    ebs {
      kms_key_id = aws_kms_key.vault.arn
    }
  }
}
