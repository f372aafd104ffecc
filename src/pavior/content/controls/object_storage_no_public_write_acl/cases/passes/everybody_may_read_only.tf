resource "aws_s3_bucket" "files" {
  bucket = "files"
}

resource "aws_s3_bucket_acl" "files" {
  bucket = aws_s3_bucket.files.id

  access_control_policy {
    grant {
      grantee {
        uri  = "http://acs.amazonaws.com/groups/global/AllUsers"
        type = "Group"
      }
      permission = "READ"
    }
  }
}
