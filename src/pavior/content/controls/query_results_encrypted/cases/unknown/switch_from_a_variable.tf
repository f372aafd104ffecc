variable "is_binding" {
  type = bool
}

resource "aws_athena_workgroup" "sales" {
  name = "sales"

  configuration {
    enforce_workgroup_configuration = var.is_binding

    result_configuration {
      encryption_configuration {
        encryption_option = "SSE_S3"
      }
    }
  }
}
