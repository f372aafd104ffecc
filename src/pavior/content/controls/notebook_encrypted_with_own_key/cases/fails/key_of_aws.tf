resource "aws_sagemaker_notebook_instance" "analysis" {
  name       = "analysis"
  kms_key_id = "alias/aws/sagemaker"
}
