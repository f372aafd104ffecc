variable "secret_arn" {
  type = string
}

resource "aws_iam_role_policy" "service" {
  role   = "service"
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "secretsmanager:GetSecretValue", Resource = var.secret_arn }] })
}
