resource "aws_launch_template" "a" {
  metadata_options {
    http_endpoint = "enabled"
  }
}
