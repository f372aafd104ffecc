resource "aws_iam_user" "mara" {
  name = "mara"
}

resource "aws_iam_policy_attachment" "reports" {
  name       = "reports"
  users      = [aws_iam_user.mara.name]
  groups     = ["analysts"]
  policy_arn = "arn:aws:iam::123456789012:policy/reports"
}
