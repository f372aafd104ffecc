resource "aws_iam_policy" "pipeline" {
  policy = jsonencode({
    Statement = [
      {
        Effect    = "Allow"
        Action    = ["iam:CreateRole", "iam:PutRolePolicy"]
        Resource  = "*"
        Condition = { StringEquals = { "iam:PermissionsBoundary" = "arn:aws:iam::123456789012:policy/boundary" } }
      },
    ]
  })
}
