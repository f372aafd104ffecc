resource "aws_iam_role" "service" {
  name = "identity-policy-names-resources-passes-service"

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}

resource "aws_s3_bucket" "files" {
  bucket = "identity-policy-names-resources-passes-files"
}

resource "aws_iam_role_policy" "service" {
  name = "identity-policy-names-resources-passes"
  role = aws_iam_role.service.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "s3:PutObject", Resource = "${aws_s3_bucket.files.arn}/*" },
      { Effect = "Allow", Action = ["s3:ListAllMyBuckets", "cloudwatch:PutMetricData"], Resource = "*" },
    ]
  })
}
