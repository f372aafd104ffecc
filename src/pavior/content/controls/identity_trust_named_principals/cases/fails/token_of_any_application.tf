resource "aws_iam_role" "service" {
  name = "service"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Action    = "sts:AssumeRoleWithWebIdentity"
        Principal = { Federated = "accounts.google.com" }
        Condition = { StringLike = { "accounts.google.com:email" = "*" } }
      },
    ]
  })
}
