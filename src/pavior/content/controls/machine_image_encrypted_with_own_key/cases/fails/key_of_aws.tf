resource "aws_ami_copy" "vault" {
  name          = "vault"
  source_ami_id = "ami-0a1b2c3d"
  encrypted     = true
}
