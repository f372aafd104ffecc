variable "kubernetes_version" {
  type = string
}

resource "aws_eks_cluster" "main" {
  name    = "main"
  version = var.kubernetes_version
}
