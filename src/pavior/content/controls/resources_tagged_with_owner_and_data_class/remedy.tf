resource "aws_sqs_queue" "this" {
# The fix takes the place of what stands here.
# Until here.
}
