variable "signing" {
  type = string
}

resource "aws_lambda_function" "payments" {
  function_name           = "payments"
  code_signing_config_arn = var.signing
}
