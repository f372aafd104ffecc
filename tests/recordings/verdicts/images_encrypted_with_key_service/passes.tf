resource "aws_kms_key" "images" {
  enable_key_rotation = true
}

resource "aws_ecr_repository" "orders" {
  name = "images-encrypted-with-key-service-passes-orders"

  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = aws_kms_key.images.arn
  }
}
