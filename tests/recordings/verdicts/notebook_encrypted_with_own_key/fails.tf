resource "aws_sagemaker_notebook_instance" "analysis" {
  role_arn      = "arn:aws:iam::123456789012:role/orders"
  instance_type = "ml.t3.medium"
  name          = "analysis"
}
