resource "aws_api_gateway_rest_api" "a" {
  name = "orders"
}

resource "aws_api_gateway_stage" "a" {
  rest_api_id   = aws_api_gateway_rest_api.a.id
  deployment_id = "d1"
  stage_name    = "prod"
}
