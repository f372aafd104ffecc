resource "aws_sagemaker_notebook_instance" "analysis" {
  instance_type = "ml.t3.medium"
  role_arn      = "arn:aws:iam::123456789012:role/orders"
  name          = "analysis"

  instance_metadata_service_configuration {
    minimum_instance_metadata_service_version = "2"
  }
}
