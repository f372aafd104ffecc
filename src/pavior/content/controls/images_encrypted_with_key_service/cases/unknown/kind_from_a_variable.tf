variable "kind" {
  type = string
}

resource "aws_ecr_repository" "orders" {
  name = "orders"

  encryption_configuration {
    encryption_type = var.kind
  }
}
