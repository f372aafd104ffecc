resource "aws_eks_cluster" "main" {
  name = "main"

  vpc_config {
    subnet_ids = ["subnet-0a1b2c3d"]
  }
}
