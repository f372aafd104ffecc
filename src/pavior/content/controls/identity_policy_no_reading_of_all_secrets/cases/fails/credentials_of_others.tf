data "aws_iam_policy_document" "helper" {
  statement {
    actions   = ["iam:CreateAccessKey"]
    resources = ["*"]
  }
}
