variable "x" {
  type = bool
}

resource "aws_kms_key" "disks" {
  enable_key_rotation = true
}

data "aws_kms_alias" "ours" {
  name = "alias/orders"
}

resource "aws_ebs_volume" "a" {
  availability_zone = "eu-central-1a"
  size              = 20
  encrypted         = true
  kms_key_id        = var.x ? aws_kms_key.disks.arn : null
}
