resource "aws_athena_workgroup" "sales" {
  name = "sales"
}
