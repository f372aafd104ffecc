variable "reader" {
  type = string
}

resource "google_storage_bucket_access_control" "somebody" {
  bucket = "acme-files"
  role   = "READER"
  entity = var.reader
}
