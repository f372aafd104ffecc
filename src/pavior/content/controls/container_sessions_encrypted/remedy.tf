resource "aws_kms_key" "this" {}

resource "aws_cloudwatch_log_group" "this" {
  name = "sessions"
}
resource "aws_ecs_cluster" "this" {
  # The fix takes the place of what stands here.
  configuration {
    execute_command_configuration {
      logging = "DEFAULT"
    }
  }
  # Until here.
}
