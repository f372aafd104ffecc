variable "log_types" {
  type = list(string)
}

resource "aws_eks_cluster" "main" {
  name                      = "main"
  enabled_cluster_log_types = var.log_types
}
