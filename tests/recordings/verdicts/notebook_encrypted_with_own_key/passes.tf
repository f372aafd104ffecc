resource "aws_kms_key" "analysis" {}

resource "aws_sagemaker_notebook_instance" "analysis" {
  role_arn      = "arn:aws:iam::123456789012:role/orders"
  instance_type = "ml.t3.medium"
  name          = "analysis"
  kms_key_id    = aws_kms_key.analysis.arn
}
