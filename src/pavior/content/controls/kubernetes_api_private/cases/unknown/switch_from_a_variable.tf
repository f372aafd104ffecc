variable "is_public" {
  type = bool
}

resource "aws_eks_cluster" "main" {
  name = "main"

  vpc_config {
    subnet_ids             = ["subnet-0a1b2c3d"]
    endpoint_public_access = var.is_public
  }
}
