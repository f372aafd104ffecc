data "aws_kms_alias" "ours" {
  name = "alias/orders"
}

resource "aws_ebs_volume" "a" {
  availability_zone = "eu-central-1a"
  size              = 20
  encrypted         = true
  kms_key_id        = data.aws_kms_alias.ours.target_key_arn
}
