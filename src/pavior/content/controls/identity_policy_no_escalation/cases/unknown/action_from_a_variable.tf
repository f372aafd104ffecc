variable "actions" {
  type = list(string)
}

resource "aws_iam_role_policy" "service" {
  role   = "service"
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = var.actions, Resource = "*" }] })
}
