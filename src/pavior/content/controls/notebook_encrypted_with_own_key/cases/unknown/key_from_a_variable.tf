variable "key_id" {
  type = string
}

resource "aws_sagemaker_notebook_instance" "analysis" {
  name       = "analysis"
  kms_key_id = var.key_id
}
