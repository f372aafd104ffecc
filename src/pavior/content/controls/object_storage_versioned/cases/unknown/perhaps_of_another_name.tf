variable "name" {
  type = string
}

resource "aws_s3_bucket" "files" {
  bucket = upper(var.name)
}

resource "aws_s3_bucket_versioning" "files" {
  bucket = lower(var.name)

  versioning_configuration {
    status = "Enabled"
  }
}
