resource "google_storage_bucket_access_control" "everybody" {
  bucket = "acme-files"
  role   = "WRITER"
  entity = "allUsers"
}

resource "google_storage_bucket_acl" "ready_made" {
  bucket         = "acme-pages"
  predefined_acl = "publicReadWrite"
}
