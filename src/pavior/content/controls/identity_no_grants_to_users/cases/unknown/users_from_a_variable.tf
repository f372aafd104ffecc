variable "users" {
  type = list(string)
}

resource "aws_iam_policy_attachment" "reports" {
  name       = "reports"
  users      = var.users
  policy_arn = "arn:aws:iam::123456789012:policy/reports"
}
