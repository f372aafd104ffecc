resource "aws_iam_policy" "guard" {
  policy = jsonencode({
    Statement = [{ Effect = "Deny", Action = "iam:*", Resource = "*" }]
  })
}
