resource "aws_codebuild_project" "shop" {
  name = "shop"

  artifacts {
    type = "S3"
  }

  secondary_artifacts {
    artifact_identifier = "map"
    type                = "S3"
    encryption_disabled = "true"
  }
}
