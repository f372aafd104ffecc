resource "aws_instance" "a" {
  launch_template {
    id = "lt-0123456789abcdef0"
  }

  root_block_device {
    encrypted = true
  }
}
