resource "aws_kms_key" "vault" {}

resource "aws_imagebuilder_image_recipe" "vault" {
  name = "vault"

  block_device_mapping {
    device_name = "/dev/xvda"

    ebs {
      kms_key_id = aws_kms_key.vault.arn
    }
  }
}
