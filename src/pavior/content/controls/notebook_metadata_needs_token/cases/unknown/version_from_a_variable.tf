variable "metadata_version" {
  type = string
}

resource "aws_sagemaker_notebook_instance" "analysis" {
  name = "analysis"

  instance_metadata_service_configuration {
    minimum_instance_metadata_service_version = var.metadata_version
  }
}
