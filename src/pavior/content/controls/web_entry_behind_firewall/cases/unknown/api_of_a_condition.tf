variable "own" {
  type = bool
}

resource "aws_api_gateway_rest_api" "private" {
  endpoint_configuration {
    types = ["PRIVATE"]
  }
}
resource "aws_api_gateway_stage" "s" {
  stage_name  = "s"
  rest_api_id = var.own ? aws_api_gateway_rest_api.private.id : "abc"
}
