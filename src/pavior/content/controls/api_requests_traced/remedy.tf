resource "aws_api_gateway_stage" "this" {
  stage_name = "prod"
  # The fix takes the place of what stands here.
  # Until here.
}
