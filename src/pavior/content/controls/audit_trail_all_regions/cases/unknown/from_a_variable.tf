variable "everywhere" {
  type = bool
}

resource "aws_cloudtrail" "all" {
  name                  = "all"
  s3_bucket_name        = "audit"
  is_multi_region_trail = var.everywhere
}
