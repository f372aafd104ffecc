resource "aws_eks_node_group" "main" {
  cluster_name = "main"
}
