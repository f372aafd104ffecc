resource "aws_codebuild_project" "orders" {
  name         = "environment-without-secrets-fails"
  service_role = "arn:aws:iam::123456789012:role/builds"

  environment {
    compute_type = "BUILD_GENERAL1_SMALL"
    image        = "aws/codebuild/standard:7.0"
    type         = "LINUX_CONTAINER"

    environment_variable {
      name  = "REGISTRY_TOKEN"
      value = "invented-token"
    }
  }

  artifacts {
    type = "NO_ARTIFACTS"
  }

  source {
    type     = "GITHUB"
    location = "https://code.example/shop.git"
  }
}
