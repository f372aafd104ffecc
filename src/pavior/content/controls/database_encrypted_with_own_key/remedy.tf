resource "aws_kms_key" "this" {}
resource "aws_dynamodb_table" "this" {
  name = "records"
# The fix takes the place of what stands here.
# Until here.
}
