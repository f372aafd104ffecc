resource "aws_lambda_function" "geocoder" {
  function_name = "geocoder"

  vpc_config {
    subnet_ids         = []
    security_group_ids = []
  }
}
