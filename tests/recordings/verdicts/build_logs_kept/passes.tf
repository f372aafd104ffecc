resource "aws_codebuild_project" "shop" {
  name = "build-logs-kept-passes"

  service_role = "arn:aws:iam::123456789012:role/builds"

  artifacts {
    type = "NO_ARTIFACTS"
  }

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
