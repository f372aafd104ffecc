resource "aws_sagemaker_notebook_instance" "analysis" {
  name = "analysis"
}
