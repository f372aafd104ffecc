resource "aws_iam_role" "service" {
  name = "identity-policy-no-wildcards-fails-service"

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "service" {
  name = "own-data"
  role = aws_iam_role.service.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["s3:GetObject", "dynamodb:*"]
        Resource = "arn:aws:dynamodb:eu-central-1:123456789012:table/acme"
      },
    ]
  })
}
