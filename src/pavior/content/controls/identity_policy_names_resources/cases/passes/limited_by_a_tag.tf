data "aws_iam_policy_document" "machines" {
  statement {
    actions   = ["ec2:StopInstances"]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/environment"
      values   = ["test"]
    }
  }
}
