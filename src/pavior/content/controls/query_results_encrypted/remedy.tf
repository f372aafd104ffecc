resource "aws_kms_key" "this" {}
resource "aws_athena_workgroup" "this" {
  configuration {
    # The fix takes the place of what stands here.
    # Until here.
  }
}
