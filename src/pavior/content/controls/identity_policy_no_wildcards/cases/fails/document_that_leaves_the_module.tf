data "aws_iam_policy_document" "everything" {
  statement {
    actions   = ["*"]
    resources = ["arn:aws:s3:::files/*"]
  }
}

output "policy" {
  value = data.aws_iam_policy_document.everything.json
}
