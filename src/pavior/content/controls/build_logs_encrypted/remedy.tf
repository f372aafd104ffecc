
resource "aws_codebuild_project" "this" {
  logs_config {
    s3_logs {
      status = "ENABLED"
      # The fix takes the place of what stands here.
      encryption_disabled = true
      # Until here.
    }
  }
}
