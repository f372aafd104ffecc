resource "aws_lambda_code_signing_config" "pipeline" {
  allowed_publishers {
    signing_profile_version_arns = ["arn:aws:signer:eu-central-1:123456789012:/signing-profiles/pipeline/abc"]
  }
}

resource "aws_lambda_function" "payments" {
  function_name           = "payments"
  code_signing_config_arn = aws_lambda_code_signing_config.pipeline.arn
}
