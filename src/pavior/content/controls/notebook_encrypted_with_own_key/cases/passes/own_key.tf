resource "aws_kms_key" "analysis" {}

resource "aws_sagemaker_notebook_instance" "analysis" {
  name       = "analysis"
  kms_key_id = aws_kms_key.analysis.arn
}
