resource "aws_eks_cluster" "this" {
  vpc_config {
    # The fix takes the place of what stands here.
    endpoint_private_access = true
    # Until here.
  }
}
