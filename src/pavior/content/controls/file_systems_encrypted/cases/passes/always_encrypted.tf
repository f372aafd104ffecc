resource "aws_fsx_openzfs_file_system" "shared" {
  deployment_type = "SINGLE_AZ_1"
}
