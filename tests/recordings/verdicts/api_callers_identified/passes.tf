resource "aws_api_gateway_method" "a" {
  rest_api_id   = "a1b2c3d4e5"
  resource_id   = "abc123"
  http_method   = "OPTIONS"
  authorization = "NONE"
}
