resource "aws_apigatewayv2_route" "a" {
  api_id             = "a1b2c3d4e5"
  route_key          = "GET /orders"
  authorization_type = "JWT"
  authorizer_id      = "abc123"
}

resource "aws_apigatewayv2_route" "b" {
  api_id    = "a1b2c3d4e5"
  route_key = "OPTIONS /orders"
}
