resource "aws_s3_bucket" "files" {
  bucket = "files"

  policy = <<-JSON
    {
      "Statement": [
        {"Effect": "Deny", "Principal": {"AWS": ["*"]}, "Action": ["s3:*"], "Resource": ["*"]}
      ]
    }
  JSON
}
