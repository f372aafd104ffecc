resource "aws_eks_cluster" "main" {
  name = "main"

  encryption_config {
    resources = []

    provider {
      key_arn = "arn:aws:kms:eu-central-1:123456789012:key/0a1b2c3d"
    }
  }
}
