resource "aws_iam_policy_attachment" "reports" {
  name       = "reports"
  groups     = ["analysts"]
  roles      = ["reporter"]
  policy_arn = "arn:aws:iam::123456789012:policy/reports"
}
