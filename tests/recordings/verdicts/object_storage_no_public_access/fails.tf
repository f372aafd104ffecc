resource "aws_s3_bucket" "files" {
  bucket = "object-storage-no-public-access-fails-acme-files"
}

resource "aws_s3_bucket_public_access_block" "files" {
  bucket              = aws_s3_bucket.files.id
  block_public_acls   = true
  block_public_policy = true
  ignore_public_acls  = true
}
