resource "aws_subnet" "a" {
  vpc_id = "vpc-0a1b2c3d"
}

resource "aws_lambda_function" "geocoder" {
  function_name = "geocoder"

  vpc_config {
    subnet_ids         = [aws_subnet.a.id]
    security_group_ids = []
  }
}
