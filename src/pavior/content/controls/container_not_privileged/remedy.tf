resource "aws_codebuild_project" "this" {
  environment {
    # The fix takes the place of what stands here.
    privileged_mode = true
    # Until here.
  }
}
