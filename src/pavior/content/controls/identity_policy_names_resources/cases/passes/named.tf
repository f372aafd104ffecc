resource "aws_s3_bucket" "files" {
  bucket = "files"
}

resource "aws_iam_role_policy" "service" {
  role = "service"

  policy = jsonencode({
    Statement = [
      { Effect = "Allow", Action = "s3:PutObject", Resource = "${aws_s3_bucket.files.arn}/*" },
      { Effect = "Allow", Action = ["s3:ListAllMyBuckets", "cloudwatch:PutMetricData"], Resource = "*" },
    ]
  })
}
