resource "aws_opensearch_domain" "search" {
  domain_name = "search"
  advanced_security_options {
    enabled = true
    master_user_options {
      master_user_arn = aws_iam_role.owner.arn
    }
  }
}

resource "aws_iam_role" "owner" {
  name               = "search-knows-its-users-passes-search-owner"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}
