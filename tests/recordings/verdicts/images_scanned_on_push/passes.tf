resource "aws_ecr_repository" "orders" {
  name = "images-scanned-on-push-passes-orders"

  image_scanning_configuration {
    scan_on_push = "true"
  }
}
