resource "aws_eks_cluster" "this" {
  # The fix takes the place of what stands here.
  version = "1.21"
  # Until here.
}
