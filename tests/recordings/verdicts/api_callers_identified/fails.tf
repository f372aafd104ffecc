resource "aws_apigatewayv2_route" "a" {
  api_id    = "a1b2c3d4e5"
  route_key = "$default"
}
