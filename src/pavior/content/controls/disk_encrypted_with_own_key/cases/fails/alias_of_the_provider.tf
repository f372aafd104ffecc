resource "aws_ebs_volume" "a" {
  availability_zone = "eu-central-1a"
  size              = 20
  encrypted         = true
  kms_key_id        = "arn:aws:kms:eu-central-1:111122223333:alias/aws/ebs"
}
