resource "aws_iam_role" "start" {}
resource "aws_iam_role" "orders" {}
resource "aws_ecs_task_definition" "this" {
  family = "service"
  # The fix takes the place of what stands here.
  execution_role_arn = aws_iam_role.start.arn
  task_role_arn      = aws_iam_role.start.arn
  # Until here.
}
