variable "accounts" {
  type = list(string)
}

resource "aws_db_snapshot" "sample" {
  shared_accounts = var.accounts
}
