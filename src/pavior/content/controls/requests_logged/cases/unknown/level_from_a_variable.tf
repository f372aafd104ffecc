variable "level" {
  type = string
}

resource "aws_sfn_state_machine" "refunds" {
  name = "refunds"

  logging_configuration {
    level = var.level
  }
}
