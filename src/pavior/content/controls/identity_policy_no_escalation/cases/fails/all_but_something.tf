resource "aws_iam_group_policy" "everybody" {
  group  = "everybody"
  policy = jsonencode({ Statement = [{ Effect = "Allow", NotAction = "organizations:*", Resource = "*" }] })
}
