resource "aws_s3_bucket" "this" {
  bucket = "files"
}
resource "aws_codebuild_project" "this" {
  name = "orders"
  logs_config {
    # The fix takes the place of what stands here.
    s3_logs {
      status              = "ENABLED"
      encryption_disabled = true
    }
    # Until here.
  }
}
