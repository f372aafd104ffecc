resource "aws_secretsmanager_secret" "this" {
  name = "orders"
}
resource "aws_lambda_function" "this" {
  function_name = "service"
  # The fix takes the place of what stands here.
  environment {
    variables = {
      DATABASE_PASSWORD = "invented-horse-battery"
    }
  }
  # Until here.
}
