resource "aws_eks_cluster" "main" {
  name                      = "main"
  enabled_cluster_log_types = ["api", "authenticator", "controllerManager", "scheduler"]
}
