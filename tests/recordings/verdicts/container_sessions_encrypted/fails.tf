resource "aws_kms_key" "sessions" {}

resource "aws_ecs_cluster" "main" {
  name = "main"

  configuration {
    execute_command_configuration {
      kms_key_id = aws_kms_key.sessions.arn
    }
  }
}
