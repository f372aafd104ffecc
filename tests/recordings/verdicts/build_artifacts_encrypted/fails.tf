resource "aws_codebuild_project" "shop" {
  name = "build-artifacts-encrypted-fails"

  artifacts {
    type                = "S3"
    location            = "artifacts"
    encryption_disabled = true
  }

  service_role = "arn:aws:iam::123456789012:role/builds"

  environment {
    compute_type = "BUILD_GENERAL1_SMALL"
    image        = "aws/codebuild/standard:7.0"
    type         = "LINUX_CONTAINER"
  }

  source {
    type     = "GITHUB"
    location = "https://code.example/shop.git"
  }
}
