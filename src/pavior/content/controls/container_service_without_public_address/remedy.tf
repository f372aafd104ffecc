resource "aws_ecs_service" "this" {
  network_configuration {
    # The fix takes the place of what stands here.
    assign_public_ip = true
    # Until here.
  }
}
