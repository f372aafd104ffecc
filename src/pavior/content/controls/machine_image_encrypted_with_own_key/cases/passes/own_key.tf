resource "aws_kms_key" "vault" {}

resource "aws_ami_copy" "vault" {
  name          = "vault"
  source_ami_id = "ami-0a1b2c3d"
  encrypted     = true
  kms_key_id    = aws_kms_key.vault.arn
}

resource "aws_imagebuilder_image_recipe" "vault" {
  name = "vault"

  block_device_mapping {
    device_name = "/dev/xvda"

    ebs {
      encrypted  = true
      kms_key_id = aws_kms_key.vault.arn
    }
  }
}
