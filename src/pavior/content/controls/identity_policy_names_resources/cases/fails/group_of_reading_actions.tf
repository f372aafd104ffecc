resource "aws_iam_user_policy" "reader" {
  user   = "reader"
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = ["ec2:Describe*"], Resource = "*" }] })
}
