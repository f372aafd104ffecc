resource "aws_rds_cluster" "this" {
  engine = "aurora-mysql"
  # The fix takes the place of what stands here.
  # Until here.
}
