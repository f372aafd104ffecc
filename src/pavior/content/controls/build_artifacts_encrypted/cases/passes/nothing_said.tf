resource "aws_codebuild_project" "shop" {
  name = "shop"

  artifacts {
    type     = "S3"
    location = "artifacts"
  }
}
