resource "aws_lambda_permission" "partner" {
  action        = "lambda:InvokeFunction"
  function_name = "orders"
  principal     = "arn:aws:iam::123456789012:role/partner"
}
