variable "regions" {
  type = set(string)
}

resource "aws_secretsmanager_secret" "token" {
  name   = "token"
  region = "eu-west-1"

  dynamic "replica" {
    for_each = var.regions

    content {
      region = replica.value
    }
  }
}
