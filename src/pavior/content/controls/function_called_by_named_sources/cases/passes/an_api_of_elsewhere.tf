resource "aws_lambda_permission" "incoming" {
  action        = "lambda:InvokeFunction"
  function_name = "notes"
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${var.api_arn}/*/GET/notes"
}

variable "api_arn" {
  type = string
}
