resource "aws_efs_access_point" "this" {
  file_system_id = "fs-1"
  # The fix takes the place of what stands here.
  # Until here.
}
