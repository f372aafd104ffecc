resource "aws_iam_user_policy_attachment" "mara" {
  user       = "mara"
  policy_arn = "arn:aws:iam::123456789012:policy/reports"
}
