resource "aws_codebuild_project" "orders" {
  name = "orders"

  logs_config {
    s3_logs {
      status   = "ENABLED"
      location = "builds/logs"
    }
  }
}
