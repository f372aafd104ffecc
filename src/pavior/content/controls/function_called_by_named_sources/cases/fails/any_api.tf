resource "aws_lambda_permission" "shop" {
  action        = "lambda:InvokeFunction"
  function_name = "notes"
  principal     = "apigateway.amazonaws.com"
  source_arn    = ""
}
