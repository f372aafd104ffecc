resource "aws_api_gateway_rest_api" "a" {
  name = "orders"
}

resource "aws_api_gateway_stage" "a" {
  rest_api_id   = aws_api_gateway_rest_api.a.id
  deployment_id = "d1"
  stage_name    = "prod"
}

resource "aws_wafv2_web_acl_association" "a" {
  resource_arn = aws_api_gateway_stage.a.arn
  web_acl_arn  = "arn:aws:wafv2:eu-central-1:111122223333:regional/webacl/orders/1234"
}
