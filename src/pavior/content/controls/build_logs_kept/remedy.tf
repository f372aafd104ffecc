resource "aws_codebuild_project" "this" {
  # The fix takes the place of what stands here.
  logs_config {
    cloudwatch_logs {
      status = "DISABLED"
    }
  }
  # Until here.
}
