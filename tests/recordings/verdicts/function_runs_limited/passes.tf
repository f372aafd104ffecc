resource "aws_iam_role" "orders" {
  name = "function-runs-limited-passes-orders"

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}

resource "aws_lambda_function" "thumbnails" {
  handler                        = "orders.run"
  runtime                        = "python3.13"
  s3_bucket                      = "programs"
  s3_key                         = "orders.zip"
  role                           = aws_iam_role.orders.arn
  function_name                  = "function-runs-limited-passes"
  reserved_concurrent_executions = 0
}
