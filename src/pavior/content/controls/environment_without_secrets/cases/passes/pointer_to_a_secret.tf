resource "aws_lambda_function" "orders" {
  function_name = "orders"
  role          = "arn:aws:iam::123456789012:role/orders"

  environment {
    variables = {
      DATABASE_PASSWORD_ARN = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:orders-a1b2c3"
      TOKEN                 = "/orders/token"
      LEVEL                 = "info"
      RETRIES               = 3
    }
  }
}
