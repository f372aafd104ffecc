resource "aws_apigatewayv2_api" "a" {
  name          = "api-callers-identified-fails"
  protocol_type = "HTTP"
}

resource "aws_apigatewayv2_route" "a" {
  api_id    = aws_apigatewayv2_api.a.id
  route_key = "$default"
}
