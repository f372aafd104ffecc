resource "aws_efs_access_point" "export" {
  file_system_id = "fs-0123456789abcdef0"

  posix_user {
    uid = 1002
    gid = 1002
  }
}
