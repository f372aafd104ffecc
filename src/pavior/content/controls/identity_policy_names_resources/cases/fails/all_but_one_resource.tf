resource "aws_iam_policy" "writer" {
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:PutObject", NotResource = "arn:aws:s3:::private/*" }] })
}
