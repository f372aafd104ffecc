variable "own" {
  type = bool
}

variable "other" {
  type = string
}

data "aws_iam_policy_document" "narrow" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["arn:aws:s3:::orders/*"]
  }
}

resource "aws_iam_policy" "orders" {
  name   = "orders"
  policy = var.own ? data.aws_iam_policy_document.narrow.json : var.other
}
