resource "aws_kms_key" "data" {
  enable_key_rotation = true
}

resource "aws_efs_file_system" "shared" {
  encrypted  = true
  kms_key_id = aws_kms_key.data.arn
}

resource "aws_fsx_windows_file_system" "office" {
  subnet_ids          = ["subnet-0a1b2c3d"]
  throughput_capacity = 64
  kms_key_id          = aws_kms_key.data.arn
}
