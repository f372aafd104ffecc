resource "aws_iam_role" "orders" {
  name = "function-runtime-supported-passes-orders"

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}

resource "aws_lambda_function" "orders" {
  role          = aws_iam_role.orders.arn
  function_name = "function-runtime-supported-passes"
  package_type  = "Image"
  image_uri     = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/orders:1"
}
