data "aws_iam_policy_document" "bucket" {
  statement {
    actions   = ["s3:*"]
    resources = ["arn:aws:s3:::files/*"]

    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::123456789012:role/files"]
    }
  }
}

resource "aws_s3_bucket_policy" "files" {
  bucket = "files"
  policy = data.aws_iam_policy_document.bucket.json
}

data "aws_iam_policy_document" "limits_of_the_organisation" {
  statement {
    actions   = ["*"]
    resources = ["*"]
  }
}

resource "aws_organizations_policy" "limits" {
  name    = "limits"
  content = data.aws_iam_policy_document.limits_of_the_organisation.json
}

data "aws_iam_policy_document" "reader" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["arn:aws:s3:::files/*"]
  }
}
