variable "mutability" {
  type = string
}

resource "aws_ecr_repository" "orders" {
  name                 = "orders"
  image_tag_mutability = var.mutability
}
