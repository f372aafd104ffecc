resource "aws_lambda_permission" "incoming" {
  action        = "lambda:InvokeFunction"
  function_name = "notes"
  principal     = "s3.amazonaws.com"
}
