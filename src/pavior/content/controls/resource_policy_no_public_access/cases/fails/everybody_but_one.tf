resource "aws_backup_vault_policy" "nightly" {
  backup_vault_name = "nightly"

  policy = jsonencode({
    Statement = [
      {
        Effect       = "Allow"
        NotPrincipal = { AWS = "arn:aws:iam::111122223333:user/guest" }
        Action       = "backup:StartRestoreJob"
        Resource     = "*"
      },
    ]
  })
}
