resource "aws_kms_key" "cluster" {}

resource "aws_eks_cluster" "main" {
  role_arn = "arn:aws:iam::123456789012:role/orders"
  vpc_config {
    subnet_ids = ["subnet-0a1b2c3d", "subnet-4e5f6a7b"]
  }
  name = "main"

  encryption_config {
    resources = ["secrets"]

    provider {
      key_arn = aws_kms_key.cluster.arn
    }
  }
}
