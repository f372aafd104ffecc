resource "aws_codebuild_project" "shop" {
  name = "shop"
}
