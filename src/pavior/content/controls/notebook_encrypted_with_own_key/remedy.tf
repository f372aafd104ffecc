resource "aws_kms_key" "this" {}
resource "aws_sagemaker_notebook_instance" "this" {
  # The fix takes the place of what stands here.
  # Until here.
}
