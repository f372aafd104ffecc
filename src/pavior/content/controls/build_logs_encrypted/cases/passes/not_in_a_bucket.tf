resource "aws_codebuild_project" "shop" {
  name = "shop"

  logs_config {
    s3_logs {
      encryption_disabled = true
    }
  }
}

resource "aws_codebuild_project" "tests" {
  name = "tests"
}
