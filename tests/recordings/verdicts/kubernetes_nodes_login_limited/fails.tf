resource "aws_eks_node_group" "main" {
  node_role_arn = "arn:aws:iam::123456789012:role/orders"
  subnet_ids    = ["subnet-0a1b2c3d"]
  scaling_config {
    desired_size = 1
    max_size     = 2
    min_size     = 1
  }
  cluster_name = "main"

  remote_access {
    ec2_ssh_key = "platform"
  }
}
