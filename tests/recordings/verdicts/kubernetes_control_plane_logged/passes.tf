resource "aws_eks_cluster" "main" {
  role_arn = "arn:aws:iam::123456789012:role/orders"
  vpc_config {
    subnet_ids = ["subnet-0a1b2c3d", "subnet-4e5f6a7b"]
  }
  name                      = "main"
  enabled_cluster_log_types = ["api", "audit", "authenticator", "controllerManager", "scheduler"]
}
