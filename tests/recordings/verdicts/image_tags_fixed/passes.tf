resource "aws_ecr_repository" "orders" {
  name                 = "image-tags-fixed-passes-orders"
  image_tag_mutability = "IMMUTABLE"
}
