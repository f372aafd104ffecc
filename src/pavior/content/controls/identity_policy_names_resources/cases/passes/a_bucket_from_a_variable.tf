variable "bucket" {
  type = string
}

resource "aws_iam_role_policy" "service" {
  role = "service"
  policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::${var.bucket}/home" }]
  })
}
