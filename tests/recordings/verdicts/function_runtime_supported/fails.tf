resource "aws_iam_role" "orders" {
  name = "function-runtime-supported-fails-orders"

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}

resource "aws_lambda_function" "orders" {
  handler       = "orders.run"
  s3_bucket     = "programs"
  s3_key        = "orders.zip"
  role          = aws_iam_role.orders.arn
  function_name = "function-runtime-supported-fails"
  runtime       = "nodejs12.x"
}
