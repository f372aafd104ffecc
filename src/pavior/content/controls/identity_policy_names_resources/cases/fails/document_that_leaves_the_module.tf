data "aws_iam_policy_document" "tables" {
  statement {
    actions   = ["dynamodb:DeleteItem"]
    resources = ["*"]
  }
}
