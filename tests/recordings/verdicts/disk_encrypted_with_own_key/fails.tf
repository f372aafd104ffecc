resource "aws_launch_template" "a" {
  block_device_mappings {
    ebs {
      encrypted = false
    }
  }
}
