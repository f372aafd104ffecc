resource "aws_eks_cluster" "main" {
  name = "main"

  vpc_config {
    subnet_ids             = ["subnet-0a1b2c3d"]
    endpoint_public_access = "true"
    public_access_cidrs    = ["192.0.2.0/24", "0.0.0.0/1", "128.0.0.0/1"]
  }
}
