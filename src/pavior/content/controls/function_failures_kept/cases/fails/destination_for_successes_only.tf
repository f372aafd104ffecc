resource "aws_lambda_function" "orders" {
  function_name = "orders"
}

resource "aws_lambda_function_event_invoke_config" "orders" {
  function_name          = aws_lambda_function.orders.function_name
  maximum_retry_attempts = 0

  destination_config {
    on_success {
      destination = "arn:aws:sqs:eu-central-1:123456789012:done"
    }
  }
}
