resource "aws_eks_cluster" "main" {
  role_arn = "arn:aws:iam::123456789012:role/orders"
  name     = "main"

  vpc_config {
    subnet_ids              = ["subnet-0a1b2c3d"]
    endpoint_private_access = true
    endpoint_public_access  = "false"
  }
}
