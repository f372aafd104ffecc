variable "name" {
  type = string
}

resource "aws_s3_bucket" "files" {
  bucket = var.name
}

resource "aws_s3_bucket_versioning" "files" {
  bucket = var.name

  versioning_configuration {
    status = "Enabled"
  }
}
