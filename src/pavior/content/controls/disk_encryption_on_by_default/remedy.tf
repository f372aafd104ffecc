# The fix takes the place of what stands here.
resource "aws_ebs_encryption_by_default" "this" {
  enabled = false
}

# Until here.
