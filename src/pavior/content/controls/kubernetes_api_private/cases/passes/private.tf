resource "aws_eks_cluster" "main" {
  name = "main"

  vpc_config {
    subnet_ids              = ["subnet-0a1b2c3d"]
    endpoint_private_access = true
    endpoint_public_access  = "false"
  }
}
