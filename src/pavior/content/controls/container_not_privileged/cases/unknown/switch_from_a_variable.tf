variable "privileged" {
  type = bool
}

resource "aws_codebuild_project" "tests" {
  name = "tests"

  environment {
    compute_type    = "BUILD_GENERAL1_SMALL"
    image           = "aws/codebuild/standard:7.0"
    type            = "LINUX_CONTAINER"
    privileged_mode = var.privileged
  }
}
