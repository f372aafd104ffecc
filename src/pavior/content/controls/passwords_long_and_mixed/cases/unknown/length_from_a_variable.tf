variable "length" {
  type = number
}

resource "aws_iam_account_password_policy" "this" {
  minimum_password_length      = var.length
  require_lowercase_characters = true
  require_uppercase_characters = true
  require_numbers              = true
  require_symbols              = true
}
