resource "aws_ecr_repository" "orders" {
  name = "orders"
}

resource "aws_ecr_registry_scanning_configuration" "some" {
  scan_type = "BASIC"

  rule {
    scan_frequency = "SCAN_ON_PUSH"

    repository_filter {
      filter      = "shop-*"
      filter_type = "WILDCARD"
    }
  }
}
