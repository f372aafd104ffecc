data "aws_iam_policy" "administrator" {
  name = "AdministratorAccess"
}

resource "aws_iam_role_policy_attachment" "service" {
  role       = "service"
  policy_arn = data.aws_iam_policy.administrator.arn
}
