resource "aws_api_gateway_stage" "a" {
  rest_api_id   = "a1b2c3d4e5"
  deployment_id = "d1"
  stage_name    = "prod"

  access_log_settings {
    destination_arn = "arn:aws:logs:eu-central-1:111122223333:log-group:orders"
    format          = "$context.requestId"
  }
}

resource "aws_apigatewayv2_stage" "b" {
  api_id = "a1b2c3d4e5"
  name   = "prod"

  access_log_settings {
    destination_arn = "arn:aws:logs:eu-central-1:111122223333:log-group:orders"
    format          = "$context.requestId"
  }
}
