resource "aws_codebuild_project" "shop" {
  name = "shop"

  logs_config {
    s3_logs {
      status              = "ENABLED"
      location            = "builds/logs"
      encryption_disabled = true
    }
  }
}
