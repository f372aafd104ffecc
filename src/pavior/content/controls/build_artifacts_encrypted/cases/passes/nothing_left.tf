resource "aws_codebuild_project" "tests" {
  name = "tests"

  artifacts {
    type                = "NO_ARTIFACTS"
    encryption_disabled = true
  }
}
