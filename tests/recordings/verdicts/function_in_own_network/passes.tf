resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_iam_role" "orders" {
  name = "function-in-own-network-passes-orders"

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}

resource "aws_subnet" "a" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}

resource "aws_lambda_function" "geocoder" {
  handler       = "orders.run"
  runtime       = "python3.13"
  s3_bucket     = "programs"
  s3_key        = "orders.zip"
  role          = aws_iam_role.orders.arn
  function_name = "function-in-own-network-passes"

  vpc_config {
    subnet_ids         = [aws_subnet.a.id]
    security_group_ids = []
  }
}
