resource "aws_eks_cluster" "this" {
  # The fix takes the place of what stands here.
  enabled_cluster_log_types = ["api"]
  # Until here.
}
