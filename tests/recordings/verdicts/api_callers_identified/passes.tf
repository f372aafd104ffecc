resource "aws_api_gateway_rest_api" "a" {
  name = "api-callers-identified-passes"
}

resource "aws_api_gateway_method" "a" {
  rest_api_id   = aws_api_gateway_rest_api.a.id
  resource_id   = aws_api_gateway_rest_api.a.root_resource_id
  http_method   = "OPTIONS"
  authorization = "NONE"
}
