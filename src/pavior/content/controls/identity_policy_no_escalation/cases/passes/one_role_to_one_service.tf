resource "aws_iam_role_policy" "deployer" {
  role = "deployer"

  policy = jsonencode({
    Statement = [
      {
        Effect    = "Allow"
        Action    = ["iam:PassRole", "sts:AssumeRole"]
        Resource  = "arn:aws:iam::123456789012:role/task"
        Condition = { StringEquals = { "iam:PassedToService" = "ecs-tasks.amazonaws.com" } }
      },
      {
        Effect   = "Allow"
        Action   = "s3:*"
        Resource = "arn:aws:s3:::files"
      },
    ]
  })
}
