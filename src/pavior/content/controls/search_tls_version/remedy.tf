resource "aws_opensearch_domain" "this" {
  cluster_config {
    instance_count = 3
  }
  # The fix takes the place of what stands here.
  # Until here.
}
