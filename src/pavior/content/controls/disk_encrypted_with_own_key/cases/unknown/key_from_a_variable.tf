variable "x" {
  type = string
}

resource "aws_ebs_volume" "a" {
  availability_zone = "eu-central-1a"
  size              = 20
  encrypted         = true
  kms_key_id        = var.x
}
