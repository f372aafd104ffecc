resource "aws_api_gateway_method" "this" {
  http_method = "GET"
  # The fix takes the place of what stands here.
  authorization = "NONE"
  # Until here.
}
