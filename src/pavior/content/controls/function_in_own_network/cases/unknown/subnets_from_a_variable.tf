variable "subnets" {
  type = list(string)
}

resource "aws_lambda_function" "geocoder" {
  function_name = "geocoder"

  vpc_config {
    subnet_ids         = var.subnets
    security_group_ids = []
  }
}
