resource "aws_codebuild_project" "shop" {
  name = "shop"

  logs_config {
    cloudwatch_logs {
      status = "DISABLED"
    }
  }

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
    type      = "NO_SOURCE"
    buildspec = "version: 0.2"
  }
}
