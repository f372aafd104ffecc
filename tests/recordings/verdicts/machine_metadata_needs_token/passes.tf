resource "aws_launch_template" "a" {
  metadata_options {
    http_endpoint = "enabled"
    http_tokens   = "required"
  }
}

resource "aws_instance" "a" {
  launch_template {
    id = aws_launch_template.a.id
  }
}
