variable "source_arn" {
  type = string
}

resource "aws_lambda_permission" "incoming" {
  action        = "lambda:InvokeFunction"
  function_name = "notes"
  principal     = "s3.amazonaws.com"
  source_arn    = var.source_arn
}
