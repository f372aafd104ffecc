variable "role" {
  type = string
}

resource "google_storage_bucket_access_control" "everybody" {
  bucket = "acme-files"
  role   = var.role
  entity = "allUsers"
}
