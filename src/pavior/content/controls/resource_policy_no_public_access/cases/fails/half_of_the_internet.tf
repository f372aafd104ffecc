resource "aws_glacier_vault" "old" {
  name = "old"

  access_policy = jsonencode({
    Statement = [
      {
        Effect    = "Allow"
        Principal = "*"
        Action    = "glacier:InitiateJob"
        Resource  = "*"
        Condition = { IpAddress = { "aws:SourceIp" = ["203.0.113.0/24", "128.0.0.0/1"] } }
      },
    ]
  })
}
