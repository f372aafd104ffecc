resource "aws_ecr_repository" "orders" {
  name = "images-scanned-on-push-fails-orders"
}
