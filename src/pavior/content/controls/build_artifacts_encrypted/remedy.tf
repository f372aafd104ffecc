resource "aws_codebuild_project" "this" {
  artifacts {
    type = "S3"
    # The fix takes the place of what stands here.
    encryption_disabled = true
    # Until here.
  }
}
