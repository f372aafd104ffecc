resource "aws_lambda_function" "orders" {
  function_name = "orders"
}

resource "aws_lambda_function_event_invoke_config" "orders" {
  function_name = aws_lambda_function.orders.function_name

  destination_config {
    on_failure {
      destination = "arn:aws:sqs:eu-central-1:123456789012:failures"
    }
  }
}
