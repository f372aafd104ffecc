resource "aws_iam_role" "service" {
  name = "service"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Action    = "sts:AssumeRoleWithWebIdentity"
        Principal = { Federated = "cognito-identity.amazonaws.com" }
        Condition = { StringEquals = { "cognito-identity.amazonaws.com:aud" = "eu-central-1:12345678-abcd-1234-abcd-123456789012" } }
      },
    ]
  })
}
