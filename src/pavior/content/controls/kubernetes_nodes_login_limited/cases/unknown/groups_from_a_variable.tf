variable "groups" {
  type = list(string)
}

resource "aws_eks_node_group" "main" {
  cluster_name = "main"

  remote_access {
    ec2_ssh_key               = "platform"
    source_security_group_ids = var.groups
  }
}
