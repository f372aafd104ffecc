resource "aws_lambda_permission" "partner" {
  action        = "lambda:InvokeFunction"
  function_name = "notes"
  principal     = "123456789012"
}
