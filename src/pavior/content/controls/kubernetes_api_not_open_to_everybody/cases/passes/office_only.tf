resource "aws_eks_cluster" "main" {
  name = "main"

  vpc_config {
    subnet_ids          = ["subnet-0a1b2c3d"]
    public_access_cidrs = ["192.0.2.0/24", "198.51.100.7/32"]
  }
}
