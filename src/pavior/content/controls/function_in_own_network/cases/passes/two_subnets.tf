resource "aws_lambda_function" "geocoder" {
  function_name = "geocoder"

  vpc_config {
    subnet_ids         = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]
    security_group_ids = ["sg-0a1b2c3d"]
  }
}
