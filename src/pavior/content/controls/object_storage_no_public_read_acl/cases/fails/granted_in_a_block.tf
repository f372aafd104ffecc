resource "aws_s3_bucket" "files" {
  bucket = "files"

  grant {
    type        = "Group"
    permissions = ["READ_ACP", "READ"]
    uri         = "http://acs.amazonaws.com/groups/global/AllUsers"
  }
}
