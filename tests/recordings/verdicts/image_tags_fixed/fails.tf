resource "aws_ecr_repository" "orders" {
  name = "image-tags-fixed-fails-orders"
}
