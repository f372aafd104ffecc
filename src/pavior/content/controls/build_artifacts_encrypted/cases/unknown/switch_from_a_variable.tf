variable "is_plain" {
  type = bool
}

resource "aws_codebuild_project" "shop" {
  name = "shop"

  artifacts {
    type                = "S3"
    encryption_disabled = var.is_plain
  }
}
