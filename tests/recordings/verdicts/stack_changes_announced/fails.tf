resource "aws_cloudformation_stack" "reports" {
  name = "reports"
}
