
resource "aws_security_group" "this" {}
resource "aws_eks_node_group" "this" {
  remote_access {
    ec2_ssh_key = "platform"
    # The fix takes the place of what stands here.
    # Until here.
  }
}
