resource "aws_ecr_repository" "orders" {
  name = "images-encrypted-with-key-service-fails-orders"
}
