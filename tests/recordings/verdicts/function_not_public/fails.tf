resource "aws_lambda_permission" "everybody" {
  action        = "lambda:InvokeFunction"
  function_name = "orders"
  principal     = "*"
}
