variable "scan" {
  type = bool
}

resource "aws_ecr_repository" "orders" {
  name = "orders"

  image_scanning_configuration {
    scan_on_push = var.scan
  }
}
