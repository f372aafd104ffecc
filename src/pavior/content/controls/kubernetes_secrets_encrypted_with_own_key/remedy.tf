resource "aws_kms_key" "this" {}
resource "aws_eks_cluster" "this" {
  # The fix takes the place of what stands here.
  # Until here.
}
