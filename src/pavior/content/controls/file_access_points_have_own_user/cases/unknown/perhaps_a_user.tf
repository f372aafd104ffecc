variable "users" {
  type = list(number)
}

resource "aws_efs_access_point" "export" {
  file_system_id = "fs-0123456789abcdef0"

  dynamic "posix_user" {
    for_each = var.users

    content {
      uid = posix_user.value
      gid = posix_user.value
    }
  }
}
