resource "aws_ami_copy" "reports" {
  name              = "reports"
  source_ami_id     = "ami-0a1b2c3d"
  source_ami_region = "eu-central-1"
  encrypted         = true
}
