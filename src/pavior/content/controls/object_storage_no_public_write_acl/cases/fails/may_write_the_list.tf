resource "aws_s3_bucket" "files" {
  bucket = "files"
}

resource "aws_s3_bucket_acl" "files" {
  bucket = aws_s3_bucket.files.id

  access_control_policy {
    grant {
      grantee {
        id   = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"
        type = "CanonicalUser"
      }
      permission = "READ"
    }

    grant {
      grantee {
        uri  = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
        type = "Group"
      }
      permission = "WRITE_ACP"
    }
  }
}
