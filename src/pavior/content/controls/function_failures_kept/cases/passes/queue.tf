resource "aws_sqs_queue" "failures" {
  name = "failures"
}

resource "aws_lambda_function" "orders" {
  function_name = "orders"

  dead_letter_config {
    target_arn = aws_sqs_queue.failures.arn
  }
}
