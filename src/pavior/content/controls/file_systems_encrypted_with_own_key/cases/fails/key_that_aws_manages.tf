resource "aws_efs_file_system" "shared" {
  encrypted = true
}

resource "aws_fsx_lustre_file_system" "scratch" {
  storage_capacity = 1200
}
