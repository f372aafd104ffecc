resource "google_storage_bucket_acl" "files" {
  bucket      = "acme-files"
  role_entity = ["READER:user-mara@acme.example", "OWNER:group-platform@acme.example"]
}

resource "google_storage_bucket" "closed" {
  name                        = "acme-closed"
  location                    = "EU"
  uniform_bucket_level_access = true
}

resource "google_storage_bucket_access_control" "without_effect" {
  bucket = google_storage_bucket.closed.name
  role   = "READER"
  entity = "allUsers"
}
